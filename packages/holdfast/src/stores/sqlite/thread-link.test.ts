import { Worker } from "node:worker_threads";

import { afterEach, describe, expect, it } from "vitest";

import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { readAnswer, type Answer } from "./answer-codec.ts";
import { writeRequest, type Request } from "./request-codec.ts";
import { awaitOpening, maximumPendingRequests, ThreadLink } from "./thread-link.ts";

const workers: Worker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** A thread that runs this code instead of the store's. */
function startThread(code: string): Worker {
  const worker = new Worker(`const { parentPort } = require("node:worker_threads"); ${code}`, { eval: true });
  workers.push(worker);
  return worker;
}

async function linkTo(onMessage: string): Promise<ThreadLink<Request, Answer>> {
  const worker = startThread(`
    parentPort.on("message", (batch) => { ${onMessage} });
    parentPort.postMessage({ opened: { expires: false } });`);
  await awaitOpening(worker, "tables");
  return new ThreadLink<Request, Answer>(worker, {
    title: "tables",
    codec: { writeRequest, readAnswer },
    clock: systemClock,
    log: silentLog,
    isWatched: () => false,
    onChanges: () => {},
  });
}

const get = { kind: "get", table: "games", key: { id: { S: "a" } } } as const;

describe("awaitOpening", () => {
  it.each([
    ["throws", 'throw new Error("broken")', "broken"],
    ["ends without a word", "process.exit(3)", "It exited with code 3"],
  ])("rejects when the thread %s", async (_, code, cause) => {
    await expect(awaitOpening(startThread(code), "tables")).rejects.toMatchObject({
      code: "STORE_FAILED",
      cause: { message: cause },
    });
  });
});

describe("ThreadLink", () => {
  it.each([
    ["throws", 'throw new Error("broken")', "broken"],
    ["ends", "process.exit(3)", "It exited with code 3"],
  ])(
    "rejects everything outstanding, and everything after, when the thread %s",
    async (_, onMessage, cause) => {
      const link = await linkTo(onMessage);
      const failure = { code: "STORE_FAILED", cause: { message: cause } };
      const outstanding = await Promise.allSettled([link.request(get), link.request(get)]);
      expect(outstanding.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      expect(outstanding[1]).toMatchObject({ reason: failure });
      await expect(link.request(get)).rejects.toMatchObject(failure);
      await link.close();
    },
  );

  it("rejects one answer that cannot be read, and hands out the next", async () => {
    // Each answer has its length in four bytes; kind 99 is unknown, kind 4 is "swept" with its count.
    const link = await linkTo(`
      const bytes = Uint8Array.of(1, 0, 0, 0, 99, 2, 0, 0, 0, 4, 7);
      parentPort.postMessage({ count: 2, bytes, changeCount: 0, changes: new Uint8Array(0) });`);
    const [broken, sound] = await Promise.allSettled([link.request(get), link.request(get)]);
    expect(broken).toMatchObject({ status: "rejected", reason: { code: "STORE_FAILED" } });
    expect(sound).toMatchObject({ status: "fulfilled", value: { kind: "swept", removed: 7 } });
  });

  it("sends the requests of one turn as one message", async () => {
    const link = await linkTo(`
      const answer = [2, 0, 0, 0, 4, batch.count];
      parentPort.postMessage({
        count: batch.count, bytes: Uint8Array.from(Array(batch.count).fill(answer).flat()),
        changeCount: 0, changes: new Uint8Array(0),
      });`);
    const first = link.request(get);
    const afterMicrotasks = Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => link.request(get));
    const counts = await Promise.all([first, link.request(get), afterMicrotasks]);
    expect(counts).toEqual(counts.map(() => ({ kind: "swept", removed: 3 })));
  });

  it("refuses requests beyond its bound", async () => {
    const link = await linkTo("");
    for (let count = 0; count < maximumPendingRequests; count += 1) void link.request(get).catch(() => {});
    await expect(link.request(get)).rejects.toMatchObject({ code: "STORE_OVERLOADED" });
  });
});
