import { expect, test } from "vitest";

import { ManualClock } from "../../../base/clock.ts";
import { maximumObjectBytes } from "../../../model/bucket-limits.ts";
import { createMemoryBucketStore } from "../../../stores/memory/bucket-store.ts";
import { bucketOperations } from "./bucket.ts";

test("an object that is too large for a message to a function is refused, not sent", async () => {
  const store = createMemoryBucketStore({ clock: new ManualClock() });
  await store.define(["b"]);
  const { get, put } = bucketOperations(store, "b");
  const bytes = new Uint8Array(maximumObjectBytes + 1);
  await store.put("b", "large", { bytes });
  await store.put("b", "small", { bytes: bytes.subarray(1) });
  await expect(get?.({ key: "large" })).rejects.toMatchObject({ code: "OBJECT_TOO_LARGE" });
  expect(await get?.({ key: "small" })).toMatchObject({ sizeBytes: maximumObjectBytes });
  expect(() => put?.({ key: "k", bytes })).toThrow(expect.objectContaining({ code: "OBJECT_TOO_LARGE" }));
});
