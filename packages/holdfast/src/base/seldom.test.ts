import { expect, test } from "vitest";
import { ManualClock } from "./clock.ts";
import { memoryLog } from "./log.ts";
import { seldom } from "./seldom.ts";

test("the first line of an event is passed on, then one a minute that counts the others", () => {
  const clock = new ManualClock();
  const kept = memoryLog();
  const log = seldom(kept, clock);
  for (const event of ["full", "full", "other", "full"]) log("error", event, { message: `It is ${event}` });
  clock.advance(59_999);
  log("error", "full", { message: "It is full" });
  expect(kept.entries.map(({ event }) => event)).toEqual(["full", "other"]);
  clock.advance(1);
  log("error", "full", { message: "It is full" });
  expect(kept.entries[2]).toEqual({
    level: "error",
    event: "full",
    fields: { message: "It is full (and 3 times more since this was said last)", skipped: 3 },
  });
  clock.advance(60_000);
  log("error", "full", { message: "It is full" });
  expect(kept.entries[3]?.fields).toEqual({ message: "It is full" });
});
