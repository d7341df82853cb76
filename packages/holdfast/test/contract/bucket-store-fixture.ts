import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { memoryLog, type Log } from "../../src/base/log.ts";
import type { BucketStore, ListRequest, ObjectChange, ObjectFacts } from "../../src/ports/bucket-store.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { createMemoryBucketStore } from "../../src/stores/memory/bucket-store.ts";

/** Opens the kind of store that a suite is about. */
export interface StoreOpener {
  (options: { readonly clock: ManualClock; readonly log: Log }): Promise<OpenedStore>;
}

export interface OpenedStore {
  readonly store: BucketStore;
  /** Closes the store and opens what it left; absent where it leaves nothing. */
  readonly reopen?: () => Promise<BucketStore>;
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>;
}

export interface StoreBench extends OpenedStore {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof memoryLog>;
}

export const startMs = Date.UTC(2026, 0, 1);

/** Opens stores that the end of each test disposes of. Called where a suite is described. */
export function prepareStores(open: StoreOpener): () => Promise<StoreBench> {
  const opened: OpenedStore[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.dispose()));
  });
  return async () => {
    const clock = new ManualClock(startMs);
    const log = memoryLog();
    const one = await open({ clock, log });
    opened.push(one);
    return { ...one, clock, log };
  };
}

export const openMemory: StoreOpener = async (options) => {
  const store = createMemoryBucketStore(options);
  return { store, dispose: () => store.close() };
};

export const openFiles: StoreOpener = async ({ clock, log }) => {
  const parent = await mkdtemp(join(tmpdir(), "holdfast-"));
  const options = { folder: join(parent, "state", "buckets"), clock, log };
  let store = await openFileBucketStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openFileBucketStore(options);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(parent, { recursive: true });
    },
  };
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function putText(store: BucketStore, bucket: string, key: string, text = ""): Promise<ObjectFacts> {
  return store.put(bucket, key, { bytes: bytesOf(text) });
}

export async function getText(store: BucketStore, bucket: string, key: string): Promise<string | undefined> {
  const object = await store.get(bucket, key);
  return object === undefined ? undefined : new TextDecoder().decode(object.bytes);
}

/** The keys of every page. */
export async function listAll(
  store: BucketStore,
  bucket: string,
  request: ListRequest = {},
): Promise<string[]> {
  const keys: string[] = [];
  let after = request.after;
  do {
    const page = await store.list(bucket, { ...request, ...(after !== undefined && { after }) });
    keys.push(...page.objects.map(({ key }) => key));
    after = page.next;
  } while (after !== undefined);
  return keys;
}

/** What changes, from now on. */
export function collectChanges(store: BucketStore): ObjectChange[] {
  const changes: ObjectChange[] = [];
  store.watch((change) => changes.push(change));
  return changes;
}
