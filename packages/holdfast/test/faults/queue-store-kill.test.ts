import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, onTestFinished, test } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";
import { bodiesOfPair, jobs } from "./queue-store-child.ts";

const rounds = 6;
const childFile = join(import.meta.dirname, "queue-store-child.ts");

test("messages that were acknowledged survive kill -9, none is half sent, and what was deleted stays deleted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "queues.db");
  const sent = new Set<number>();
  const deleted = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const before = sent.size;
    await workUntilKilled(file, round * 1_000_000, sent, deleted);
    expect(sent.size).toBeGreaterThan(before);
    const left = await readBodies(file, (round + 1) * 3_600_000);
    expect([...deleted].filter((body) => left.has(body))).toEqual([]);
    // Whatever may have been deleted without a word.
    const mayBeGone = (pair: number): boolean => pair % 3 === 0;
    const lost = [...sent].filter(
      (pair) => !mayBeGone(pair) && bodiesOfPair(pair).some((body) => !left.has(body)),
    );
    expect(lost).toEqual([]);
    const pairs = [...left].map((body) => Number(body.split(" ")[0])).filter((pair) => !mayBeGone(pair));
    expect(pairs.filter((pair) => bodiesOfPair(pair).some((body) => !left.has(body)))).toEqual([]);
  }
}, 120_000);

/** Runs the child and kills it at some moment, in the midst of its work. */
async function workUntilKilled(
  file: string,
  first: number,
  sent: Set<number>,
  deleted: Set<string>,
): Promise<void> {
  const child = spawn(process.execPath, [childFile, file, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout });
  const firstLine = once(lines, "line");
  lines.on("line", (line) => {
    const at = line.indexOf(" ");
    if (line.startsWith("sent")) sent.add(Number(line.slice(at)));
    else deleted.add(line.slice(at + 1));
  });
  await firstLine;
  await sleep(Math.random() * 300);
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
  child.kill("SIGKILL");
  const [exit] = await ended;
  expect(exit).toEqual([null, "SIGKILL"]);
}

/** All that is there, so long from now that every visibility timeout is over. */
async function readBodies(file: string, laterMs: number): Promise<ReadonlySet<string>> {
  const store = await openSqliteQueueStore({
    file,
    clock: new ManualClock(Date.now() + laterMs),
    log: silentLog,
  });
  try {
    await store.define([jobs]);
    const { visible, inFlight, delayed } = await store.counts("jobs");
    expect([inFlight, delayed]).toEqual([0, 0]);
    const bodies = new Set<string>();
    while (bodies.size < visible) {
      const received = await store.receive("jobs", {
        maximum: 1_000,
        waitMs: 0,
        visibilityTimeoutMs: 60_000,
      });
      expect(received.length).toBeGreaterThan(0);
      for (const { body } of received) bodies.add(body);
    }
    return bodies;
  } finally {
    await store.close();
  }
}
