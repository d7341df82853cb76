import { expect, test } from "vitest";

import { ManualClock } from "../base/clock.ts";
import { Sequencer } from "./sequencer.ts";

test("each is larger than the one before, also when time stands still or goes back", () => {
  const clock = new ManualClock(1_000);
  const sequencer = new Sequencer(clock);
  const sequence = [sequencer.next(), sequencer.next()];
  clock.advance(1);
  sequence.push(sequencer.next());
  clock.advance(-500);
  sequence.push(sequencer.next(), new Sequencer(new ManualClock(2_000)).next());
  expect(sequence).toEqual([...new Set(sequence)].toSorted());
  expect(sequence.every((one) => /^[0-9A-F]{16}$/.test(one))).toBe(true);
});
