import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { ObjectChange } from "../../src/ports/bucket-store.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { createMemoryBucketStore } from "../../src/stores/memory/bucket-store.ts";
import { startMs } from "./bucket-store-fixture.ts";
import { carryOut } from "./bucket-store-properties.ts";
import { program, programBuckets } from "./bucket-store-programs.ts";

it("the store of files does what the memory store does, closed and opened again or not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  let run = 0;
  const property = fc.asyncProperty(program, async (steps) => {
    run += 1;
    const clock = new ManualClock(startMs);
    const options = { folder: join(folder, `${run}`), clock, log: silentLog };
    const memory = createMemoryBucketStore(options);
    let files = await openFileBucketStore(options);
    const [expected, actual]: [ObjectChange[], ObjectChange[]] = [[], []];
    memory.watch((change) => expected.push({ ...change, sequencer: "" }));
    files.watch((change) => actual.push({ ...change, sequencer: "" }));
    try {
      await Promise.all([memory.define(programBuckets), files.define(programBuckets)]);
      for (const step of steps) {
        if (step.step === "pass") clock.advance(step.ms);
        if (step.step === "reopen") {
          await files.close();
          files = await openFileBucketStore(options);
          files.watch((change) => actual.push({ ...change, sequencer: "" }));
        }
        expect(await carryOut(files, step)).toEqual(await carryOut(memory, step));
      }
      expect(byKey(actual)).toEqual(byKey(expected));
    } finally {
      await Promise.all([memory.close(), files.close()]);
    }
  });
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
}, 120_000);

/** Only the changes to one key have an order. */
function byKey(changes: readonly ObjectChange[]): Map<string, readonly ObjectChange[]> {
  const names = [...new Set(changes.map(({ bucket, key }) => `${bucket}/${key}`))].toSorted();
  return new Map(
    names.map((name) => [name, changes.filter(({ bucket, key }) => `${bucket}/${key}` === name)]),
  );
}
