import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";

import { maximumPutBytes } from "../../src/model/bucket-limits.ts";
import type { ListRequest } from "../../src/ports/bucket-store.ts";
import {
  bytesOf,
  collectChanges,
  getText,
  listAll,
  prepareStores,
  putText,
  startMs,
  type StoreOpener,
} from "./bucket-store-fixture.ts";

const invalid = { code: "BUCKET_REQUEST_INVALID" };

/** Keys that some file system, or some careless code, would take for something else. */
const hostileKeys = [
  ".",
  "..",
  "../../etc/passwd",
  "/",
  "//",
  "/absolute",
  "a/",
  "a",
  "A",
  "a/b",
  "a\\b",
  "a\u0000b",
  "a\u0000",
  "é",
  "e\u0301",
  "ﬁ",
  "İ",
  "i",
  "con",
  "nul.txt",
  "a:b",
  "a ",
  "a.",
  "*",
  "%2e%2e",
  "__proto__",
  "constructor",
  "\n",
  "\ue000",
  "\uffff",
  "😀",
  "x".repeat(1_024),
  "é".repeat(512),
  "\u0001".repeat(1_024),
];

/** The duties of a `BucketStore`, held against one kind of it. */
export function describeBucketStore(name: string, open: StoreOpener): void {
  describe(`duties of ${name}`, () => {
    const openStore = prepareStores(open);
    const openBucket = async () => {
      const opened = await openStore();
      await opened.store.define(["b"]);
      return opened;
    };

    describe("objects", () => {
      it("returns what was put, with what is known of it", async () => {
        const { store, clock } = await openBucket();
        clock.advance(5);
        const bytes = Uint8Array.of(0, 255, 10);
        const facts = {
          key: "k",
          sizeBytes: 3,
          contentType: "image/png; q=1",
          etag: createHash("md5").update(bytes).digest("hex"),
          modifiedAtMs: startMs + 5,
        };
        expect(await store.put("b", "k", { bytes, contentType: "image/png; q=1" })).toEqual(facts);
        expect(await store.head("b", "k")).toEqual(facts);
        const { bytes: stored, ...more } = (await store.get("b", "k")) ?? {};
        expect(more).toEqual(facts);
        expect([...(stored ?? [])]).toEqual([...bytes]);
        expect(await store.list("b", {})).toEqual({ objects: [facts] });
      });

      it("takes an object without bytes, of no type that was said", async () => {
        const { store } = await openBucket();
        await store.put("b", "k", { bytes: new Uint8Array() });
        expect(await getText(store, "b", "k")).toBe("");
        expect(await store.head("b", "k")).toMatchObject({
          sizeBytes: 0,
          contentType: "application/octet-stream",
          etag: "d41d8cd98f00b204e9800998ecf8427e",
        });
      });

      it("has nothing where nothing was put", async () => {
        const { store } = await openBucket();
        expect(await store.get("b", "k")).toBeUndefined();
        expect(await store.head("b", "k")).toBeUndefined();
        expect(await store.delete("b", ["k"])).toEqual([]);
        expect(await store.list("b", {})).toEqual({ objects: [] });
      });

      it("puts an object in place of the one with its key", async () => {
        const { store } = await openBucket();
        await store.put("b", "k", { bytes: bytesOf("long before"), contentType: "text/plain" });
        await putText(store, "b", "k", "now");
        expect(await getText(store, "b", "k")).toBe("now");
        expect(await store.head("b", "k")).toMatchObject({
          sizeBytes: 3,
          contentType: "application/octet-stream",
        });
        expect(await listAll(store, "b")).toEqual(["k"]);
      });

      it("keeps what it was given and gives what is the caller's", async () => {
        const { store } = await openBucket();
        const bytes = bytesOf("mine");
        const putting = store.put("b", "k", { bytes });
        bytes.fill(0);
        await putting;
        (await store.get("b", "k"))?.bytes.fill(0);
        expect(await getText(store, "b", "k")).toBe("mine");
      });

      it("stores a view of a larger buffer as the view", async () => {
        const { store } = await openBucket();
        await store.put("b", "k", { bytes: bytesOf("xabcx").subarray(1, 4) });
        expect(await getText(store, "b", "k")).toBe("abc");
      });

      it("deletes what is there, and says what was, each key once", async () => {
        const { store } = await openBucket();
        for (const key of ["a", "b", "c"]) await putText(store, "b", key);
        expect(await store.delete("b", ["c", "x", "a", "c"])).toEqual(["c", "a"]);
        expect(await store.delete("b", [])).toEqual([]);
        expect(await listAll(store, "b")).toEqual(["b"]);
      });

      it("orders what is asked of one key by the calls", async () => {
        const { store } = await openBucket();
        const changes = collectChanges(store);
        const asked = Array.from({ length: 30 }, (_, at) =>
          at % 5 === 4 ? store.delete("b", ["k"]) : putText(store, "b", "k", "x".repeat((30 - at) * 5_000)),
        );
        asked.push(putText(store, "b", "k", "last"));
        await Promise.all(asked);
        expect(await getText(store, "b", "k")).toBe("last");
        expect(changes.map(({ kind, facts }) => (kind === "put" ? facts?.sizeBytes : kind))).toEqual([
          ...Array.from({ length: 30 }, (_, at) => (at % 5 === 4 ? "delete" : (30 - at) * 5_000)),
          4,
        ]);
      });

      it("shows a reader an object whole, as it was or as it is", async () => {
        const { store } = await openBucket();
        const textOf = (at: number): string => String(at % 10).repeat(100_000 + at);
        await putText(store, "b", "k", textOf(0));
        let isWriting = true;
        const writing = (async () => {
          for (let at = 1; at < 60; at += 1) await putText(store, "b", "k", textOf(at));
          isWriting = false;
        })();
        let last = 0;
        while (isWriting) {
          const { bytes = new Uint8Array(), sizeBytes } = (await store.get("b", "k")) ?? {};
          const at = bytes.byteLength - 100_000;
          expect(sizeBytes).toBe(bytes.byteLength);
          expect(at).toBeGreaterThanOrEqual(last);
          expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
          expect(bytes[0]).toBe(48 + (at % 10));
          last = at;
          await new Promise((resolve) => setImmediate(resolve));
        }
        await writing;
        expect(await getText(store, "b", "k")).toBe(textOf(59));
      });

      it("holds the largest object, and refuses a larger one", async () => {
        const { store } = await openBucket();
        const bytes = new Uint8Array(maximumPutBytes + 1);
        bytes[maximumPutBytes - 1] = 7;
        await expect(store.put("b", "k", { bytes })).rejects.toMatchObject({ code: "OBJECT_TOO_LARGE" });
        expect(await store.head("b", "k")).toBeUndefined();
        await store.put("b", "k", { bytes: bytes.subarray(0, maximumPutBytes) });
        const object = await store.get("b", "k");
        expect(object?.bytes.byteLength).toBe(maximumPutBytes);
        expect(object?.bytes.at(-1)).toBe(7);
      });
    });

    describe("keys", () => {
      it("tells all keys apart, whatever they look like, also when opened again", async () => {
        const { store, reopen } = await openBucket();
        await store.define(["c"]);
        for (const [at, key] of hostileKeys.entries()) await putText(store, "b", key, `${at}`);
        for (const openAgain of [async () => store, ...(reopen === undefined ? [] : [reopen])]) {
          const one = await openAgain();
          const texts = await Promise.all(hostileKeys.map((key) => getText(one, "b", key)));
          expect(texts).toEqual(hostileKeys.map((_, at) => `${at}`));
          const inOrder = hostileKeys.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
          expect(await listAll(one, "b")).toEqual(inOrder);
          expect(await listAll(one, "c")).toEqual([]);
        }
      });

      it("refuses keys that are none, in every call", async () => {
        const { store } = await openBucket();
        const bad = ["", "x".repeat(1_025), "é".repeat(513), "a\ud800", "\udc00", 1, null, undefined];
        for (const key of bad as string[]) {
          await expect(store.get("b", key)).rejects.toMatchObject(invalid);
          await expect(store.head("b", key)).rejects.toMatchObject(invalid);
          await expect(putText(store, "b", key)).rejects.toMatchObject(invalid);
          await expect(store.delete("b", [key])).rejects.toMatchObject(invalid);
        }
      });

      it("deletes nothing when one of the keys is refused, or when there are too many", async () => {
        const { store } = await openBucket();
        await putText(store, "b", "k");
        await expect(store.delete("b", ["k", ""])).rejects.toMatchObject(invalid);
        const many = Array.from({ length: 1_001 }, () => "k");
        await expect(store.delete("b", many)).rejects.toMatchObject(invalid);
        await expect(store.delete("b", "k" as never)).rejects.toMatchObject(invalid);
        expect(await store.delete("b", many.slice(1))).toEqual(["k"]);
      });

      it("refuses objects that are none", async () => {
        const { store } = await openBucket();
        const bytes = new Uint8Array();
        const types = ["", " a", "a ", "a\nb", "ä", "x".repeat(257), 1];
        const bad = [
          undefined,
          {},
          { bytes: "text" },
          { bytes: [1] },
          ...types.map((contentType) => ({ bytes, contentType })),
        ];
        for (const object of bad) {
          await expect(store.put("b", "k", object as never)).rejects.toMatchObject(invalid);
        }
        expect(await store.head("b", "k")).toBeUndefined();
      });
    });

    describe("lists", () => {
      it("pages through what has a prefix, in the order of the bytes", async () => {
        const { store } = await openBucket();
        const keys = ["a", "a/", "a/1", "a/2", "a/\uffff", "a/😀", "a0", "b"];
        await Promise.all(keys.toReversed().map((key) => putText(store, "b", key)));
        const list = async (request: ListRequest) => {
          const { objects, next } = await store.list("b", request);
          return [objects.map(({ key }) => key), next];
        };
        expect(await list({ prefix: "a/" })).toEqual([["a/", "a/1", "a/2", "a/\uffff", "a/😀"], undefined]);
        expect(await list({ prefix: "a/", limit: 2 })).toEqual([["a/", "a/1"], "a/1"]);
        expect(await list({ prefix: "a/", limit: 3, after: "a/1" })).toEqual([
          ["a/2", "a/\uffff", "a/😀"],
          undefined,
        ]);
        expect(await list({ after: "a/15" })).toEqual([["a/2", "a/\uffff", "a/😀", "a0", "b"], undefined]);
        expect(await list({ prefix: "a/", after: "A" })).toEqual(await list({ prefix: "a/" }));
        expect(await list({ prefix: "a/", after: "b" })).toEqual([[], undefined]);
        expect(await list({ prefix: "c" })).toEqual([[], undefined]);
        expect(await list({ limit: 8 })).toEqual([keys, undefined]);
        expect(await listAll(store, "b", { limit: 3 })).toEqual(keys);
      });

      it("gives at most 1,000 objects a page", async () => {
        const { store } = await openBucket();
        const keys = Array.from({ length: 1_001 }, (_, at) => `k${String(at).padStart(4, "0")}`);
        await Promise.all(keys.map((key) => putText(store, "b", key)));
        const page = await store.list("b", {});
        expect([page.objects.length, page.next]).toEqual([1_000, "k0999"]);
        expect(await listAll(store, "b")).toEqual(keys);
      });

      it("refuses pages that are none", async () => {
        const { store } = await openBucket();
        const bad = [
          { limit: 0 },
          { limit: 1_001 },
          { limit: 1.5 },
          { limit: "1" },
          { prefix: "\ud800" },
          { prefix: 1 },
          { after: "\ud800" },
          { after: null },
        ];
        for (const request of bad) {
          await expect(store.list("b", request as never)).rejects.toMatchObject(invalid);
        }
      });
    });

    describe("buckets", () => {
      it("keeps buckets apart, also those whose names differ by their letters' size", async () => {
        const { store, reopen } = await openStore();
        const names = ["games", "Games", "gAMES", "con", "a-b_c", "my.games", "x".repeat(64)];
        await store.define(names);
        for (const name of names) await putText(store, name, "k", name);
        for (const openAgain of [async () => store, ...(reopen === undefined ? [] : [reopen])]) {
          const one = await openAgain();
          for (const name of names) expect(await getText(one, name, "k")).toBe(name);
        }
      });

      it("knows those that were defined, and keeps them and their objects", async () => {
        const { store } = await openBucket();
        await putText(store, "b", "k", "text");
        await store.define(["c", "b", "c"]);
        await store.define([]);
        expect(await getText(store, "b", "k")).toBe("text");
        expect(await listAll(store, "c")).toEqual([]);
        await expect(store.get("unknown", "k")).rejects.toMatchObject(invalid);
        await expect(store.head("unknown", "k")).rejects.toMatchObject(invalid);
        await expect(putText(store, "unknown", "k")).rejects.toMatchObject(invalid);
        await expect(store.delete("unknown", ["k"])).rejects.toMatchObject(invalid);
        await expect(store.list("unknown", {})).rejects.toMatchObject(invalid);
      });

      it("refuses names that are none", async () => {
        const { store } = await openStore();
        for (const bad of ["", "..", "a/b", "-a", ".a", "a.", "a..b", "a./b", "ä", "x".repeat(65), 1]) {
          await expect(store.define([bad as string])).rejects.toMatchObject(invalid);
        }
        await expect(store.define("b" as never)).rejects.toMatchObject(invalid);
      });
    });

    describe("changes", () => {
      it("tells of each change before its call's promise settles, and of nothing else", async () => {
        const { store } = await openBucket();
        const changes = collectChanges(store);
        const facts = await putText(store, "b", "k", "1");
        const sequencer = expect.stringMatching(/^[0-9A-F]{16}$/);
        expect(changes).toEqual([{ kind: "put", bucket: "b", key: "k", sequencer, facts, how: "put" }]);
        await putText(store, "b", "k", "1");
        await store.delete("b", ["x", "k"]);
        await store.delete("b", ["k"]);
        await putText(store, "b", "").catch(() => {});
        expect(changes.slice(1)).toMatchObject([
          { kind: "put", key: "k" },
          { kind: "delete", bucket: "b", key: "k" },
        ]);
        expect(changes[2]).not.toHaveProperty("facts");
        const sequencers = changes.map((change) => change.sequencer);
        expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
      });

      it("acknowledges a change once those who watch are done with it", async () => {
        const { store } = await openBucket();
        const order: string[] = [];
        store.watch(async ({ kind, key }) => {
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${kind} ${key}`);
        });
        await store.put("b", "a", { bytes: Buffer.from("a") });
        order.push("put");
        await store.copy("b", "c", { from: { bucket: "b", key: "a" } });
        order.push("copied");
        await store.delete("b", ["a"]);
        order.push("deleted");
        expect(order).toEqual(["put a", "put", "put c", "copied", "delete a", "deleted"]);
      });

      it("ends a watch, and goes on when a listener throws", async () => {
        const { store, log } = await openBucket();
        const stop = store.watch(() => {
          throw new Error("mine");
        });
        const changes = collectChanges(store);
        await putText(store, "b", "k");
        stop();
        await putText(store, "b", "k");
        expect(changes).toHaveLength(2);
        expect(log.entries.map(({ event }) => event)).toEqual(["bucket.listener-failed"]);
      });
    });

    describe("closing", () => {
      it("finishes what was asked before, refuses what comes after, and may be called twice", async () => {
        const { store } = await openBucket();
        const puts = Array.from({ length: 300 }, (_, at) => putText(store, "b", `k${at}`));
        const closing = store.close();
        const closed = { code: "STORE_FAILED" };
        await expect(store.get("b", "k1")).rejects.toMatchObject(closed);
        await expect(Promise.all(puts)).resolves.toHaveLength(300);
        await closing;
        await store.close();
        await expect(putText(store, "b", "k")).rejects.toMatchObject(closed);
        await expect(store.define([])).rejects.toMatchObject(closed);
      });
    });
  });
}
