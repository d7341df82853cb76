import { expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import type { HostProcess } from "./host-process.ts";
import { MemoryWatch } from "./memory-watch.ts";

/** One that never grows, and counts how often it is looked at. */
function countLooks(isResting: boolean): HostProcess & { readonly looks: number } {
  let looks = 0;
  return {
    subject: "It",
    memoryMb: 10,
    isLost: false,
    isResting,
    exited: new Promise(() => {}),
    residentMb: () => {
      looks += 1;
      return 5;
    },
    kill: () => expect.unreachable("It is not too large"),
    close: () => Promise.resolve(),
    get looks() {
      return looks;
    },
  };
}

test.runIf(process.platform === "linux")("what rests is looked at less often than what works", () => {
  const clock = new ManualClock();
  const busy = countLooks(false);
  const resting = countLooks(true);
  const watch = new MemoryWatch(clock, 100, new Set([busy, resting]));
  watch.start();
  for (let round = 0; round < 30; round += 1) clock.advance(100);
  watch.stop();
  expect([busy.looks, resting.looks]).toEqual([30, 3]);
});
