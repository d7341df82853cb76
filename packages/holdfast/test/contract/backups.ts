import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";

/** A store that takes texts, each acknowledged when `write` resolves. */
export interface BackedUpStore {
  write(text: string): Promise<unknown>;
  /** Removes one that was written. */
  remove(text: string): Promise<unknown>;
  backup(to: string): Promise<void>;
  /** All texts. */
  read(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What each store that outlives the process has to do when it is copied. `name` is what its place is called. */
export function describeBackups(
  title: string,
  name: string,
  open: (place: string) => Promise<BackedUpStore>,
): void {
  describe(`a backup of ${title}`, () => {
    const folders: string[] = [];
    const stores: BackedUpStore[] = [];

    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
    });

    const start = async (): Promise<{ readonly store: BackedUpStore; readonly to: string }> => {
      const folder = await mkdtemp(path.join(tmpdir(), "holdfast-"));
      folders.push(folder);
      const store = await open(path.join(folder, "state", name));
      stores.push(store);
      return { store, to: path.join(folder, name) };
    };

    const openCopy = async (to: string): Promise<readonly string[]> => {
      const copy = await open(to);
      stores.push(copy);
      return copy.read();
    };

    it("holds what was acknowledged, and nothing that was removed before", async () => {
      const { store, to } = await start();
      for (const text of ["a", "b", "c"]) await store.write(text);
      await store.remove("b");
      await store.backup(to);
      await store.remove("a");
      await store.write("d");
      expect([...(await openCopy(to))].toSorted()).toEqual(["a", "c"]);
      expect([...(await store.read())].toSorted()).toEqual(["c", "d"]);
    });

    it("of an empty store is an empty store", async () => {
      const { store, to } = await start();
      await store.backup(to);
      expect(await openCopy(to)).toEqual([]);
    });

    it("taken while it is written to holds all that was acknowledged before, each whole, and the store goes on", async () => {
      const { store, to } = await start();
      const long = "x".repeat(2_000);
      const acknowledged: string[] = [];
      const write = async (text: string): Promise<void> => {
        await store.write(text);
        acknowledged.push(text);
      };
      await Promise.all(Array.from({ length: 500 }, (_, at) => write(`${at} ${long}`)));
      const before = [...acknowledged];
      const over = new AbortController();
      const load = (async () => {
        for (let at = 500; !over.signal.aborted; at += 4)
          await Promise.all([0, 1, 2, 3].map((more) => write(`${at + more} ${long}`)));
      })();
      await store.backup(to);
      over.abort();
      await load;
      const found = new Set(await openCopy(to));
      expect(before.filter((text) => !found.has(text))).toEqual([]);
      expect([...found].filter((text) => !/^\d+ x{2000}$/.test(text))).toEqual([]);
      expect((await store.read()).length).toBe(acknowledged.length);
    });

    it("that cannot be written is refused, and the store goes on", async () => {
      const { store, to } = await start();
      await store.write("a");
      await expect(store.backup(path.join(to, "\0"))).rejects.toThrow(Error);
      expect(await store.read()).toEqual(["a"]);
    });
  });
}
