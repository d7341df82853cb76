import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import type { LogEntry } from "../../base/log.ts";
import { LevelFilter } from "./level-filter.ts";
import { createServerLog } from "./server-log.ts";

const clock = new ManualClock();
const byEvent = ({ event }: LogEntry): string | undefined => event;

test("of what its levels leave out no text is made", async () => {
  const output = new PassThrough();
  const made: string[] = [];
  const levels = new LevelFilter({ level: "warn" });
  const format = ({ event }: LogEntry): string => {
    made.push(event);
    return event;
  };
  const { log, close } = createServerLog({ levels, format, output, clock });
  log("info", "gateway.a");
  levels.set({ levels: { gateway: "debug" } });
  log("debug", "gateway.b");
  log("info", "listener.c");
  await close();
  output.end();
  expect(await text(output)).toBe("gateway.b\n");
  expect(made).toEqual(["gateway.b"]);
});

test("what is too much for an output that blocks is counted, and no text is made of it", async () => {
  const output = new PassThrough({ highWaterMark: 1 });
  const limits = { queuedUnits: 20 };
  const { log, close } = createServerLog({
    levels: new LevelFilter(),
    format: byEvent,
    output,
    clock,
    limits,
  });
  for (let at = 0; at < 100; at += 1) log("info", "gateway.a");
  const reading = text(output);
  await close();
  output.end();
  expect((await reading).split("\n")).toEqual(["gateway.a", "gateway.a", "log-dropped", ""]);
});

test("an entry whose format leaves it out makes no line", async () => {
  const output = new PassThrough();
  const { log, close } = createServerLog({
    levels: new LevelFilter(),
    format: () => undefined,
    output,
    clock,
  });
  log("info", "gateway.a");
  await close();
  output.end();
  expect(await text(output)).toBe("");
});
