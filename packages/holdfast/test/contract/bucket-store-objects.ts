import { describe, expect, it } from "vitest";

import type { ObjectAttributes } from "../../src/ports/bucket-store.ts";
import {
  bytesOf,
  collectChanges,
  getText,
  prepareStores,
  putText,
  type StoreOpener,
} from "./bucket-store-fixture.ts";

const invalid = { code: "BUCKET_REQUEST_INVALID" };

const attributes: ObjectAttributes = {
  contentType: "text/html",
  contentEncoding: "gzip",
  contentLanguage: "de, en",
  contentDisposition: 'attachment; filename="a.html"',
  cacheControl: "max-age=60",
  expires: "Thu, 01 Dec 2030 16:00:00 GMT",
  storageClass: "STANDARD_IA",
  websiteRedirect: "/elsewhere",
  metadata: { colour: "grün 😀", "x-y": "" },
  tags: { project: "a b", ü: "" },
  checksum: { algorithm: "CRC32", value: "AAAAAA==", of: "object" },
};

/** Duties of a `BucketStore` beside puts, gets and lists: what is said of objects, conditions, ranges, copies. */
export function describeBucketStoreObjects(name: string, open: StoreOpener): void {
  describe(`more duties of ${name}`, () => {
    const openStore = prepareStores(open);
    const openBucket = async () => {
      const opened = await openStore();
      await opened.store.define(["b", "c"]);
      return opened;
    };

    it("keeps what is said of an object, also when opened again", async () => {
      const { store, reopen } = await openBucket();
      const facts = await store.put("b", "k", { bytes: bytesOf("text"), ...attributes });
      expect(facts).toMatchObject({ ...attributes, key: "k", sizeBytes: 4 });
      for (const openAgain of [async () => store, ...(reopen === undefined ? [] : [reopen])]) {
        const one = await openAgain();
        expect(await one.head("b", "k")).toEqual(facts);
        expect(await one.get("b", "k")).toMatchObject(facts);
        expect(await one.list("b", {})).toEqual({ objects: [facts] });
      }
    });

    it("keeps as much as may be said, behind the longest key", async () => {
      const { store, reopen } = await openBucket();
      const key = "\u0001".repeat(1_024);
      const long = "x".repeat(1_024);
      const most = {
        contentType: "x".repeat(256),
        contentEncoding: long,
        contentLanguage: long,
        contentDisposition: long,
        cacheControl: long,
        expires: long,
        storageClass: long,
        websiteRedirect: long,
        metadata: { a: "\u0001".repeat(2_047) },
        tags: Object.fromEntries(
          Array.from({ length: 10 }, (_, at) => [`${at}`.repeat(128), "\u0001".repeat(256)]),
        ),
      };
      const facts = await store.put("b", key, { bytes: bytesOf("text"), ...most });
      const one = (await reopen?.()) ?? store;
      expect(await one.head("b", key)).toEqual(facts);
      expect(await getText(one, "b", key)).toBe("text");
      expect((await one.get("b", key, { from: 1, to: 3 }))?.bytes.byteLength).toBe(2);
    });

    it("refuses what cannot be said of an object", async () => {
      const { store } = await openBucket();
      const bad = [
        { cacheControl: "a\nb" },
        { contentEncoding: "x".repeat(1_025) },
        { metadata: { "a b": "x" } },
        { metadata: { A: "x" } },
        { metadata: { a: "x".repeat(2_048) } },
        { metadata: { a: 1 } },
        { metadata: "x" },
        { tags: { "": "x" } },
        { tags: { ["x".repeat(129)]: "" } },
        { tags: { a: "x".repeat(257) } },
        { tags: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`${at}`, ""])) },
      ];
      for (const one of bad) {
        const object = { bytes: new Uint8Array(), ...one } as never;
        await expect(store.put("b", "k", object)).rejects.toMatchObject(invalid);
      }
      expect(await store.head("b", "k")).toBeUndefined();
    });

    it("reads ranges, as far as there is something", async () => {
      const { store } = await openBucket();
      const facts = await putText(store, "b", "k", "0123456789");
      const read = async (from: number, to: number) => {
        const { bytes, ...more } = (await store.get("b", "k", { from, to })) ?? {};
        expect(more).toEqual(facts);
        return new TextDecoder().decode(bytes);
      };
      expect(await read(0, 10)).toBe("0123456789");
      expect(await read(2, 5)).toBe("234");
      expect(await read(8, 100)).toBe("89");
      expect(await read(10, 20)).toBe("");
      expect(await read(3, 3)).toBe("");
      expect(await store.get("b", "none", { from: 0, to: 1 })).toBeUndefined();
      for (const range of [{ from: -1, to: 1 }, { from: 2, to: 1 }, { from: 0.5, to: 1 }, {}]) {
        await expect(store.get("b", "k", range as never)).rejects.toMatchObject(invalid);
      }
    });

    it("puts where the condition is met, and says what is there where it is not", async () => {
      const { store } = await openBucket();
      const changes = collectChanges(store);
      const object = (text: string) => ({ bytes: bytesOf(text) });
      expect(await store.putIf("b", "k", object("x"), { etag: "e" })).toEqual({ outcome: "unmet" });
      const first = await store.putIf("b", "k", object("1"), { isAbsent: true });
      const found = await store.head("b", "k");
      expect(first).toEqual({ outcome: "put", facts: found });
      expect(await store.putIf("b", "k", object("2"), { isAbsent: true })).toEqual({
        outcome: "unmet",
        found,
      });
      expect(await store.putIf("b", "k", object("2"), { etag: "e" })).toEqual({ outcome: "unmet", found });
      expect(await store.putIf("b", "k", object("3"), { etag: found?.etag ?? "" })).toMatchObject({
        outcome: "put",
      });
      expect(await getText(store, "b", "k")).toBe("3");
      expect(changes).toHaveLength(2);
    });

    it("lets one of many win that want nothing there, or the same version", async () => {
      const { store } = await openBucket();
      const put = (at: number, condition: Parameters<typeof store.putIf>[3]) =>
        store.putIf("b", "k", { bytes: bytesOf(`${at}`) }, condition);
      const numbers = Array.from({ length: 20 }, (_, at) => at);
      const first = await Promise.all(numbers.map((at) => put(at, { isAbsent: true })));
      expect(first.filter(({ outcome }) => outcome === "put")).toHaveLength(1);
      const etag = (await store.head("b", "k"))?.etag ?? "";
      const second = await Promise.all(numbers.map((at) => put(at + 100, { etag })));
      expect(second.filter(({ outcome }) => outcome === "put")).toHaveLength(1);
    });

    it("copies objects, with what is said of them or other things", async () => {
      const { store, clock, reopen } = await openBucket();
      const source = await store.put("b", "k", { bytes: bytesOf("text"), ...attributes });
      const changes = collectChanges(store);
      clock.advance(7);
      const from = { bucket: "b", key: "k" };
      const modifiedAtMs = clock.now();
      const same = await store.copy("c", "same", { from });
      expect(same).toEqual({ ...source, key: "same", modifiedAtMs });
      const other = await store.copy("c", "other", {
        from,
        attributes: { contentType: "a/b" },
        tags: { a: "b" },
      });
      const { etag, checksum } = source;
      const expected = {
        key: "other",
        sizeBytes: 4,
        etag,
        checksum,
        modifiedAtMs,
        contentType: "a/b",
        tags: { a: "b" },
      };
      expect(other).toEqual(expected);
      const itself = await store.copy("b", "k", { from, attributes: { metadata: { a: "1" } } });
      expect(itself).toMatchObject({ metadata: { a: "1" }, modifiedAtMs });
      expect(await store.copy("b", "x", { from: { bucket: "b", key: "none" } })).toBeUndefined();
      await expect(store.copy("b", "x", { from: { bucket: "none", key: "k" } })).rejects.toMatchObject(
        invalid,
      );
      expect(changes.map(({ key, how }) => [key, how])).toEqual([
        ["same", "copy"],
        ["other", "copy"],
        ["k", "copy"],
      ]);
      const one = (await reopen?.()) ?? store;
      expect(await one.get("c", "other")).toMatchObject(expected);
      expect(await getText(one, "b", "k")).toBe("text");
    });

    it("changes an object's tags and nothing else", async () => {
      const { store, clock, reopen } = await openBucket();
      const facts = await store.put("b", "k", { bytes: bytesOf("text"), ...attributes });
      const changes = collectChanges(store);
      clock.advance(7);
      expect(await store.setTags("b", "k", { a: "1" })).toEqual({ ...facts, tags: { a: "1" } });
      expect(await store.setTags("b", "none", {})).toBeUndefined();
      await expect(store.setTags("b", "k", { "": "1" })).rejects.toMatchObject(invalid);
      const one = (await reopen?.()) ?? store;
      expect(await one.get("b", "k")).toMatchObject({ ...facts, tags: { a: "1" } });
      expect(changes).toEqual([]);
    });
  });
}
