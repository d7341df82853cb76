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
});
