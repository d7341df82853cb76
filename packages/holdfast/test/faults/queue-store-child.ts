import { silentLog } from "../../src/base/log.ts";
import type { Queue } from "../../src/model/aws-resources.ts";
import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";

/**
 * What the test of faults runs in a process of its own, until it is killed: `node queue-store-child.ts <file> <first>`.
 * It sends pairs of messages and deletes every third that it receives, and prints what is acknowledged: `sent 7`,
 * `deleted 4`.
 */
export const jobs: Queue = {
  name: "jobs",
  fifo: false,
  visibilityTimeoutMs: 0,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 262_144,
  contentBasedDeduplication: false,
};

const senders = 32;
const receivers = 4;

export const bodiesOfPair = (pair: number): readonly string[] =>
  ["left", "right"].map((side) => `${pair} ${side} ${"x".repeat(pair % 500)}`);

async function main(file: string, first: number): Promise<void> {
  const store = await openSqliteQueueStore({ file, log: silentLog });
  await store.define([jobs]);
  let next = first;
  const send = async (): Promise<void> => {
    for (;;) {
      const pair = next++;
      await store.send(
        "jobs",
        bodiesOfPair(pair).map((body) => ({ body })),
      );
      process.stdout.write(`sent ${pair}\n`);
    }
  };
  const receive = async (): Promise<void> => {
    for (;;) {
      const received = await store.receive("jobs", {
        maximum: 10,
        waitMs: 20_000,
        visibilityTimeoutMs: 60_000,
      });
      const done = received.filter(({ body }) => Number(body.split(" ")[0]) % 3 === 0);
      await store.delete(
        "jobs",
        done.map(({ handle }) => handle),
      );
      for (const { body } of done) process.stdout.write(`deleted ${body}\n`);
    }
  };
  await Promise.all([
    ...Array.from({ length: senders }, send),
    ...Array.from({ length: receivers }, receive),
  ]);
}

const [, script = "", file, first] = process.argv;
if (import.meta.filename === script && file !== undefined) await main(file, Number(first));
