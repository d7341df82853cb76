import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { BucketStore, ObjectFacts } from "../../src/ports/bucket-store.ts";
import { bytesOf, startMs, type StoreOpener } from "./bucket-store-fixture.ts";
import { program, programBuckets, type ProgramStep } from "./bucket-store-programs.ts";

/** Holds a store, closed and opened again wherever it can be, against a plain list of what it should have. */
export function describeBucketStoreProperties(name: string, open: StoreOpener): void {
  it(`${name} does what a plain list of objects would`, async () => {
    const property = fc.asyncProperty(program, async (steps) => {
      const clock = new ManualClock(startMs);
      const opened = await open({ clock, log: silentLog });
      let { store } = opened;
      const model = new PlainBuckets();
      try {
        await store.define(programBuckets);
        for (const step of steps) {
          if (step.step === "pass") clock.advance(step.ms);
          if (step.step === "reopen" && opened.reopen !== undefined) store = await opened.reopen();
          expect(await carryOut(store, step)).toEqual(model.carryOut(step, clock.now()));
        }
      } finally {
        await opened.dispose();
      }
    });
    await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
  }, 120_000);
}

/** What a step comes to, as plain data. */
export async function carryOut(store: BucketStore, step: ProgramStep): Promise<unknown> {
  switch (step.step) {
    case "put":
      return store.put(step.bucket, step.key, { bytes: bytesOf(step.text) });
    case "get": {
      const object = await store.get(step.bucket, step.key);
      return object === undefined ? undefined : { ...object, bytes: [...object.bytes] };
    }
    case "head":
      return store.head(step.bucket, step.key);
    case "delete":
      return store.delete(step.bucket, step.keys);
    case "list":
      return store.list(step.bucket, step.request);
    default:
      return undefined;
  }
}

interface PlainObject {
  readonly bucket: string;
  readonly facts: ObjectFacts;
  readonly bytes: readonly number[];
}

class PlainBuckets {
  #objects: readonly PlainObject[] = [];

  carryOut(step: ProgramStep, nowMs: number): unknown {
    switch (step.step) {
      case "put":
        return this.#put(step.bucket, step.key, Buffer.from(step.text), nowMs);
      case "get": {
        const object = this.#find(step.bucket, step.key);
        return object === undefined ? undefined : { ...object.facts, bytes: object.bytes };
      }
      case "head":
        return this.#find(step.bucket, step.key)?.facts;
      case "delete": {
        const there = [...new Set(step.keys)].filter((key) => this.#find(step.bucket, key) !== undefined);
        for (const key of there) this.#remove(step.bucket, key);
        return there;
      }
      case "list": {
        const { prefix = "", after, limit = 1_000 } = step.request;
        const isIn = (key: Buffer): boolean =>
          key.subarray(0, Buffer.byteLength(prefix)).equals(Buffer.from(prefix)) &&
          (after === undefined || Buffer.compare(key, Buffer.from(after)) > 0);
        const facts = this.#objects
          .filter(({ bucket, facts: { key } }) => bucket === step.bucket && isIn(Buffer.from(key)))
          .map((object) => object.facts)
          .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
        const next = facts.length > limit ? { next: facts[limit - 1]?.key } : {};
        return { objects: facts.slice(0, limit), ...next };
      }
      default:
        return undefined;
    }
  }

  #put(bucket: string, key: string, bytes: Buffer, nowMs: number): ObjectFacts {
    this.#remove(bucket, key);
    const facts = {
      key,
      sizeBytes: bytes.length,
      contentType: "application/octet-stream",
      etag: createHash("md5").update(bytes).digest("hex"),
      modifiedAtMs: nowMs,
    };
    this.#objects = [...this.#objects, { bucket, facts, bytes: [...bytes] }];
    return facts;
  }

  #find(bucket: string, key: string): PlainObject | undefined {
    return this.#objects.find((object) => object.bucket === bucket && object.facts.key === key);
  }

  #remove(bucket: string, key: string): void {
    this.#objects = this.#objects.filter((object) => object.bucket !== bucket || object.facts.key !== key);
  }
}
