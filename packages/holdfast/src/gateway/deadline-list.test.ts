import { describe, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { Deadline, DeadlineList } from "./deadline-list.ts";

class CountingClock extends ManualClock {
  timers = 0;

  override after(delayMs: number, callback: () => void) {
    this.timers += 1;
    return super.after(delayMs, callback);
  }
}

describe("a deadline list", () => {
  it("expires each entry when its time is over, in order, and none that was removed", () => {
    const clock = new ManualClock(1000);
    const list = new DeadlineList(clock, 100);
    const expired: string[] = [];
    const entries = ["a", "b", "c"].map((name) => new Deadline(() => expired.push(name)));
    for (const entry of entries) {
      list.add(entry);
      clock.advance(10);
    }
    if (entries[1] !== undefined) list.delete(entries[1]);
    clock.advance(69);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual(["a"]);
    clock.advance(19);
    expect(expired).toEqual(["a"]);
    clock.advance(1);
    expect(expired).toEqual(["a", "c"]);
  });

  it("needs few timers for many entries that come and go", () => {
    const clock = new CountingClock();
    const list = new DeadlineList(clock, 100);
    for (let count = 0; count < 10_000; count++) {
      const entry = new Deadline(() => expect.unreachable());
      list.add(entry);
      list.delete(entry);
      if (count % 100 === 0) clock.advance(1);
    }
    expect(clock.timers).toBeLessThan(5);
  });

  it("goes on when an entry is added while another expires", () => {
    const clock = new ManualClock();
    const list = new DeadlineList(clock, 10);
    let expired = 0;
    const again = (): void => {
      expired += 1;
      if (expired < 5) list.add(new Deadline(again));
    };
    list.add(new Deadline(again));
    clock.advance(100);
    expect(expired).toBe(5);
  });
});
