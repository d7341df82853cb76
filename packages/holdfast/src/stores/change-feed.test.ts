import { describe, expect, it } from "vitest";

import { memoryLog, silentLog } from "../base/log.ts";
import type { Change } from "../model/table-request.ts";
import { ChangeFeed, tableChanges } from "./change-feed.ts";

const change = (sequence: number): Change => ({
  table: "games",
  kind: "remove",
  key: { id: { S: "a" } },
  sequence,
  atMs: 0,
});

describe("ChangeFeed", () => {
  it("tells every listener every change, in order", () => {
    const feed = new ChangeFeed<Change>(silentLog, tableChanges);
    const told: string[] = [];
    feed.watch(({ sequence }) => told.push(`a${sequence}`));
    feed.watch(({ sequence }) => told.push(`b${sequence}`));
    feed.publish([change(1), change(2)]);
    expect(told).toEqual(["a1", "b1", "a2", "b2"]);
  });

  it("tells of what a listener caused after what it was told of", () => {
    const feed = new ChangeFeed<Change>(silentLog, tableChanges);
    const told: number[] = [];
    feed.watch(({ sequence }) => {
      if (sequence === 1) feed.publish([change(3)]);
    });
    feed.watch(({ sequence }) => told.push(sequence));
    feed.publish([change(1), change(2)]);
    expect(told).toEqual([1, 2, 3]);
  });

  it("goes on when a listener throws, and logs it", () => {
    const log = memoryLog();
    const feed = new ChangeFeed<Change>(log, tableChanges);
    const told: number[] = [];
    feed.watch(() => {
      throw new Error("mine");
    });
    feed.watch(({ sequence }) => told.push(sequence));
    feed.publish([change(1), change(2)]);
    expect(told).toEqual([1, 2]);
    expect(log.entries.map(({ level, event }) => [level, event])).toEqual([
      ["error", "table.listener-failed"],
      ["error", "table.listener-failed"],
    ]);
  });

  it("ends each watch by itself, though two share a listener", () => {
    const feed = new ChangeFeed<Change>(silentLog, tableChanges);
    const told: number[] = [];
    const listener = ({ sequence }: Change): number => told.push(sequence);
    const stop = feed.watch(listener);
    feed.watch(listener);
    feed.publish([change(1)]);
    stop();
    stop();
    feed.publish([change(2)]);
    expect(told).toEqual([1, 1, 2]);
    expect(feed.isWatched).toBe(true);
  });

  it("resolves once listeners are done, those of what a listener caused included", async () => {
    const log = memoryLog();
    const feed = new ChangeFeed<Change>(log, tableChanges);
    const held = Promise.withResolvers<void>();
    const done: string[] = [];
    let caused: Promise<void> | undefined;
    feed.watch(({ sequence }) => {
      if (sequence === 1) caused = feed.publishAndWait([change(2)]).then(() => void done.push("caused"));
    });
    feed.watch(({ sequence }) => (sequence === 2 ? held.promise : undefined));
    feed.watch(() => Promise.reject(new Error("no")));
    await feed.publishAndWait([change(1)]).then(() => done.push("first"));
    expect(done).toEqual(["first"]);
    held.resolve();
    await caused;
    expect(done).toEqual(["first", "caused"]);
    expect(log.entries.map(({ event }) => event)).toEqual(["table.listener-failed", "table.listener-failed"]);
  });
});
