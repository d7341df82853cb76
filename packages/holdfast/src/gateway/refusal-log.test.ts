import { expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { memoryLog } from "../base/log.ts";
import { RefusalLog } from "./refusal-log.ts";

it("refusals are told one by one while they are few, and of a flood how many more there were", () => {
  const clock = new ManualClock();
  const log = memoryLog();
  const refusals = new RefusalLog(clock, log);
  const flood = (count: number): void => {
    for (let one = 0; one < count; one++)
      refusals.tell("origins", "warn", "refused", { message: `No. ${one}` });
  };
  flood(1000);
  refusals.tell("rates", "warn", "refused", { message: "Another kind" });
  expect(log.entries).toHaveLength(21);
  clock.advance(5000);
  expect(log.entries).toHaveLength(22);
  expect(log.entries[21]).toMatchObject({ level: "warn", event: "refused", fields: { refusals: 980 } });
  flood(3);
  clock.advance(5000);
  expect(log.entries).toHaveLength(25);
});
