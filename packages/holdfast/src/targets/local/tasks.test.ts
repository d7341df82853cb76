import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import { MemoryInvoker } from "../../host/memory-invoker.ts";
import { createMemoryBucketStore } from "../../stores/memory/bucket-store.ts";
import { createTopicBus } from "../../stores/memory/topic-bus.ts";
import { sampleModel } from "../../../test/model/sample-model.ts";
import { Tasks } from "./tasks.ts";

const bytes = new Uint8Array(1);

async function startTasks() {
  const clock = new ManualClock();
  const log = memoryLog();
  const buckets = createMemoryBucketStore({ clock, log });
  const model = {
    ...sampleModel,
    buckets: [{ name: "images", notifications: [{ on: "put", function: "slow" } as const], retain: false }],
  };
  await buckets.define(["images"]);
  const tasks = new Tasks({
    invoker: new MemoryInvoker({ slow: () => new Promise(() => {}) }, { clock }),
    bus: createTopicBus({ clock, log, limits: { maximumPending: 1 } }),
    buckets,
    clock,
    log,
  });
  tasks.define(model);
  const put = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await buckets.put("images", `${at}`, { bytes });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const dropped = () => log.entries.filter(({ event }) => event === "bucket.changes-dropped");
  return { clock, tasks, put, dropped };
}

test("changes that find the queue full are reported, many in one line", async () => {
  const { clock, put, dropped } = await startTasks();
  await put(31);
  clock.advance(1_000);
  expect(dropped()).toMatchObject([
    {
      level: "error",
      fields: {
        message: expect.stringMatching(
          /^No handler is told of 30 changes of bucket "images": put 1, put 2, .*…$/,
        ),
        dropped: 30,
        error: { code: "TOPIC_OVERLOADED" },
      },
    },
  ]);
  await put(1);
  clock.advance(1_000);
  expect(dropped()).toHaveLength(2);
});

test("what was dropped last is reported at the end", async () => {
  const { tasks, put, dropped } = await startTasks();
  await put(2);
  tasks.close();
  expect(dropped()).toMatchObject([{ fields: { dropped: 1, changes: ["put 1"] } }]);
});

test("a function that wants copies only is told of copies only", async () => {
  const clock = new ManualClock();
  const log = memoryLog();
  const buckets = createMemoryBucketStore({ clock, log });
  await buckets.define(["images"]);
  const told: unknown[] = [];
  const tasks = new Tasks({
    invoker: new MemoryInvoker({ tell: (event) => void told.push(event) }, { clock }),
    bus: createTopicBus({ clock, log }),
    buckets,
    clock,
    log,
  });
  const notifications = [{ on: "put", how: "copy", function: "tell" } as const];
  tasks.define({ ...sampleModel, buckets: [{ name: "images", notifications, retain: false }] });
  await buckets.put("images", "a", { bytes });
  await buckets.copy("images", "b", { from: { bucket: "images", key: "a" } });
  await expect.poll(() => told).toMatchObject([{ payload: { key: "b", how: "copy" } }]);
  tasks.close();
});
