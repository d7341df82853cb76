import fc from "fast-check";

import type { ListRequest } from "../../src/ports/bucket-store.ts";

/** One thing that is asked of a store, and awaited, or that happens around it. */
export type ProgramStep =
  | { readonly step: "put"; readonly bucket: string; readonly key: string; readonly text: string }
  | { readonly step: "get" | "head"; readonly bucket: string; readonly key: string }
  | { readonly step: "delete"; readonly bucket: string; readonly keys: readonly string[] }
  | { readonly step: "list"; readonly bucket: string; readonly request: ListRequest }
  | { readonly step: "pass"; readonly ms: number }
  | { readonly step: "reopen" };

export const programBuckets = ["one", "One"];

const bucket = fc.constantFrom(...programBuckets);
// Few characters, so that keys meet again and share beginnings.
const key = fc
  .array(fc.constantFrom("a", "A", "/", ".", "\u0000", "\ue000", "😀"), { minLength: 1, maxLength: 3 })
  .map((characters) => characters.join(""));
const request = fc.record<ListRequest>(
  { prefix: key, after: key, limit: fc.integer({ min: 1, max: 5 }) },
  { requiredKeys: [] },
);

export const program: fc.Arbitrary<readonly ProgramStep[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ step: fc.constant("put"), bucket, key, text: fc.string() }) },
    { weight: 3, arbitrary: fc.record({ step: fc.constantFrom("get", "head"), bucket, key }) },
    {
      weight: 3,
      arbitrary: fc.record({ step: fc.constant("delete"), bucket, keys: fc.array(key, { maxLength: 4 }) }),
    },
    { weight: 5, arbitrary: fc.record({ step: fc.constant("list"), bucket, request }) },
    {
      weight: 1,
      arbitrary: fc.record({ step: fc.constant("pass"), ms: fc.integer({ min: 0, max: 100_000 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ step: "reopen" }) },
  ) as fc.Arbitrary<ProgramStep>,
  { maxLength: 60, size: "max" },
);
