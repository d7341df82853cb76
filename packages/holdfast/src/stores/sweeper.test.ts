import { describe, expect, it } from "vitest";

import { ManualClock } from "../base/clock.ts";
import { memoryLog, silentLog } from "../base/log.ts";
import { startSweeping, sweepIntervalMs, sweepItems } from "./sweeper.ts";

/** Lets what has been promised happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("startSweeping", () => {
  it("sweeps every so often, and at once again while there is more", async () => {
    const clock = new ManualClock();
    const removed = [sweepItems, sweepItems, 5, 0];
    let sweeps = 0;
    const stop = startSweeping(clock, silentLog, async () => removed[sweeps++] ?? 0);
    clock.advance(sweepIntervalMs - 1);
    await settle();
    expect(sweeps).toBe(0);
    for (const due of [1, 2, 3]) {
      clock.advance(due === 1 ? 1 : 0);
      await settle();
      expect(sweeps).toBe(due);
    }
    clock.advance(0);
    await settle();
    expect(sweeps).toBe(3);
    clock.advance(sweepIntervalMs);
    await settle();
    expect(sweeps).toBe(4);
    stop();
  });

  it("goes on after a sweep that failed, and logs it", async () => {
    const clock = new ManualClock();
    const log = memoryLog();
    let sweeps = 0;
    const stop = startSweeping(clock, log, async () => {
      sweeps += 1;
      throw new Error("disk");
    });
    for (let round = 0; round < 2; round += 1) {
      clock.advance(sweepIntervalMs);
      await settle();
    }
    expect(sweeps).toBe(2);
    expect(log.entries.map(({ event }) => event)).toEqual(["table.sweep-failed", "table.sweep-failed"]);
    stop();
  });

  it("does not sweep once it was stopped, though a sweep was under way", async () => {
    const clock = new ManualClock();
    let sweeps = 0;
    const stop = startSweeping(clock, silentLog, async () => {
      sweeps += 1;
      return sweepItems;
    });
    clock.advance(sweepIntervalMs);
    stop();
    await settle();
    clock.advance(sweepIntervalMs * 3);
    await settle();
    expect(sweeps).toBe(1);
  });
});
