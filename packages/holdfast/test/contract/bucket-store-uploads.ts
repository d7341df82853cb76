import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";

import { minimumPartBytes, uploadLifetimeMs } from "../../src/model/bucket-limits.ts";
import type { BucketStore, PartFacts } from "../../src/ports/bucket-store.ts";
import {
  bytesOf,
  collectChanges,
  getText,
  prepareStores,
  putText,
  type StoreOpener,
} from "./bucket-store-fixture.ts";

const invalid = { code: "BUCKET_REQUEST_INVALID" };
const large = new Uint8Array(minimumPartBytes).fill(65);

/** A part that must be there. */
async function put(
  store: BucketStore,
  uploadId: string,
  partNumber: number,
  bytes: Uint8Array,
): Promise<PartFacts> {
  const part = await store.putPart("b", uploadId, { partNumber, bytes });
  if (part === undefined) throw new Error("The upload is gone");
  return part;
}

/** Duties of a `BucketStore` towards objects that come in parts. */
export function describeBucketStoreUploads(name: string, open: StoreOpener): void {
  describe(`duties of ${name} to uploads in parts`, () => {
    const openStore = prepareStores(open);
    const openBucket = async () => {
      const opened = await openStore();
      await opened.store.define(["b", "c"]);
      return opened;
    };

    it("makes one object of the parts, with what was said at the beginning", async () => {
      const { store, clock, reopen } = await openBucket();
      const changes = collectChanges(store);
      const attributes = { contentType: "a/b", metadata: { a: "1" }, tags: { t: "1" } };
      const uploadId = await store.createUpload("b", "k", attributes);
      const last = await put(store, uploadId, 7, bytesOf("end"));
      await put(store, uploadId, 2, bytesOf("replaced"));
      const first = await put(store, uploadId, 2, large);
      await put(store, uploadId, 5, bytesOf("left out"));
      expect(await store.head("b", "k")).toBeUndefined();
      expect(changes).toEqual([]);
      clock.advance(3);
      const checksum = { algorithm: "CRC32", value: "AAAAAA==-2", of: "parts" } as const;
      const outcome = await store.completeUpload("b", uploadId, { parts: [first, last], checksum });
      const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();
      const etag = `${createHash("md5")
        .update(md5(large))
        .update(md5(bytesOf("end")))
        .digest("hex")}-2`;
      const sizeBytes = minimumPartBytes + 3;
      const facts = { ...attributes, key: "k", sizeBytes, etag, checksum, modifiedAtMs: clock.now() };
      expect(outcome).toEqual({ outcome: "put", facts });
      expect(changes).toMatchObject([{ kind: "put", key: "k", how: "multipart", facts }]);
      expect(await store.getUpload("b", uploadId)).toBeUndefined();
      expect(await store.completeUpload("b", uploadId, { parts: [first, last] })).toEqual({
        outcome: "no-upload",
      });
      const one = (await reopen?.()) ?? store;
      const { bytes = new Uint8Array(), ...more } = (await one.get("b", "k")) ?? {};
      expect(more).toEqual(facts);
      expect(Buffer.from(bytes).equals(Buffer.concat([large, bytesOf("end")]))).toBe(true);
      expect(await one.setTags("b", "k", { t: "2" })).toEqual({ ...facts, tags: { t: "2" } });
      const copied = await one.copy("b", "copy", { from: { bucket: "b", key: "k" } });
      expect(copied?.etag).toBe(createHash("md5").update(bytes).digest("hex"));
      expect((await one.get("b", "k"))?.bytes.byteLength).toBe(sizeBytes);
    });

    it("keeps uploads and their parts, also when opened again", async () => {
      const { store, clock, reopen } = await openBucket();
      const startedAtMs = clock.now();
      const checksums = { algorithm: "SHA256", of: "parts" } as const;
      const b = await store.createUpload("b", "b", { checksums });
      clock.advance(1);
      const checksum = { algorithm: "SHA256", value: "x", of: "object" } as const;
      await store.putPart("b", b, { partNumber: 10_000, bytes: bytesOf("2"), checksum });
      await store.putPart("b", b, { partNumber: 1, bytes: bytesOf("1") });
      const again = await store.createUpload("b", "b", {});
      const a = await store.createUpload("b", "a", {});
      await store.createUpload("c", "c", {});
      const one = (await reopen?.()) ?? store;
      expect((await one.listUploads("b")).map(({ uploadId }) => uploadId)).toEqual([a, b, again]);
      expect(await one.getUpload("b", b)).toEqual({
        uploadId: b,
        key: "b",
        attributes: { contentType: "application/octet-stream", checksums },
        startedAtMs,
        parts: [
          {
            partNumber: 1,
            sizeBytes: 1,
            etag: "c4ca4238a0b923820dcc509a6f75849b",
            modifiedAtMs: clock.now(),
          },
          {
            partNumber: 10_000,
            sizeBytes: 1,
            etag: "c81e728d9d4c2f636f067f89cc14862c",
            modifiedAtMs: clock.now(),
            checksum,
          },
        ],
      });
      expect(await one.getUpload("c", b)).toBeUndefined();
      const part = { partNumber: 1, etag: "c4ca4238a0b923820dcc509a6f75849b" };
      expect(await one.completeUpload("b", b, { parts: [part] })).toMatchObject({ outcome: "put" });
      expect(await getText(one, "b", "b")).toBe("1");
    });

    it("says which parts an object cannot be made of, and keeps the upload", async () => {
      const { store } = await openBucket();
      const uploadId = await store.createUpload("b", "k", {});
      const one = await put(store, uploadId, 1, bytesOf("1"));
      const two = await put(store, uploadId, 2, bytesOf("2"));
      const complete = (parts: readonly Pick<PartFacts, "partNumber" | "etag">[]) =>
        store.completeUpload("b", uploadId, { parts });
      expect(await complete([two, one])).toEqual({ outcome: "parts-not-in-order" });
      expect(await complete([one, one])).toEqual({ outcome: "parts-not-in-order" });
      expect(await complete([{ ...one, etag: "x" }])).toEqual({ outcome: "no-part", partNumber: 1 });
      expect(await complete([{ ...one, partNumber: 3 }])).toEqual({ outcome: "no-part", partNumber: 3 });
      expect(await complete([one, two])).toEqual({ outcome: "part-too-small", part: one });
      expect(await complete([two])).toMatchObject({ outcome: "put" });
    });

    it("looks at a condition when the object is made", async () => {
      const { store } = await openBucket();
      const uploadId = await store.createUpload("b", "k", {});
      const part = await put(store, uploadId, 1, bytesOf("1"));
      const found = await putText(store, "b", "k", "there");
      const complete = (condition: { readonly isAbsent: true } | { readonly etag: string }) =>
        store.completeUpload("b", uploadId, { parts: [part], condition });
      expect(await complete({ isAbsent: true })).toEqual({ outcome: "unmet", found });
      expect(await complete({ etag: found.etag })).toMatchObject({ outcome: "put" });
      expect(await getText(store, "b", "k")).toBe("1");
    });

    it("forgets what is aborted", async () => {
      const { store } = await openBucket();
      const uploadId = await store.createUpload("b", "k", {});
      await put(store, uploadId, 1, bytesOf("1"));
      expect(await store.abortUpload("c", uploadId)).toBe(false);
      expect(await store.abortUpload("b", uploadId)).toBe(true);
      expect(await store.abortUpload("b", uploadId)).toBe(false);
      expect(await store.putPart("b", uploadId, { partNumber: 1, bytes: large })).toBeUndefined();
      expect(await store.listUploads("b")).toEqual([]);
    });

    it("forgets what nobody completed for a week", async () => {
      const { store, clock, reopen } = await openBucket();
      const old = await store.createUpload("b", "k", {});
      clock.advance(1);
      const young = await store.createUpload("b", "k", {});
      clock.advance(uploadLifetimeMs - 1);
      expect(await store.getUpload("b", old)).toBeUndefined();
      expect(await store.putPart("b", old, { partNumber: 1, bytes: large })).toBeUndefined();
      expect((await store.listUploads("b")).map(({ uploadId }) => uploadId)).toEqual([young]);
      const next = await store.createUpload("b", "k", {});
      const one = (await reopen?.()) ?? store;
      expect((await one.listUploads("b")).map(({ uploadId }) => uploadId)).toEqual([young, next]);
    });

    it("makes parts of what objects hold", async () => {
      const { store } = await openBucket();
      await putText(store, "c", "from", "0123456789");
      const uploadId = await store.createUpload("b", "k", {});
      const from = { bucket: "c", key: "from" };
      const part = await store.copyPart("b", uploadId, { partNumber: 3, from, range: { from: 2, to: 5 } });
      expect(part).toMatchObject({ partNumber: 3, sizeBytes: 3 });
      const none = { bucket: "c", key: "none" };
      expect(await store.copyPart("b", uploadId, { partNumber: 3, from: none })).toBeUndefined();
      expect(await store.copyPart("b", "none", { partNumber: 3, from })).toBeUndefined();
      await store.completeUpload("b", uploadId, { parts: part === undefined ? [] : [part] });
      expect(await getText(store, "b", "k")).toBe("234");
    });

    it("refuses parts and uploads that are none", async () => {
      const { store } = await openBucket();
      const uploadId = await store.createUpload("b", "k", {});
      for (const partNumber of [0, 10_001, 1.5, "1"] as number[]) {
        await expect(store.putPart("b", uploadId, { partNumber, bytes: large })).rejects.toMatchObject(
          invalid,
        );
      }
      await expect(store.createUpload("b", "", {})).rejects.toMatchObject(invalid);
      await expect(store.createUpload("none", "k", {})).rejects.toMatchObject(invalid);
      await expect(store.listUploads("none")).rejects.toMatchObject(invalid);
      const many = Array.from({ length: 999 }, () => store.createUpload("b", "k", {}));
      await Promise.all(many);
      await expect(store.createUpload("b", "k", {})).rejects.toMatchObject({ code: "STORE_OVERLOADED" });
    });
  });
}
