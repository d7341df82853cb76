import { createHash } from "node:crypto";

import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { silentLog, type Log } from "../../base/log.ts";
import { compareBytes } from "../../model/key-order.ts";
import type {
  BucketStore,
  ListRequest,
  NewObject,
  ObjectChange,
  ObjectFacts,
  ObjectPage,
  StoredObject,
} from "../../ports/bucket-store.ts";
import {
  bucketRequestInvalid,
  checkBucketNames,
  checkKey,
  checkKeys,
  checkListRequest,
  checkObject,
} from "../bucket-request-check.ts";
import { bucketChanges, ChangeFeed } from "../change-feed.ts";

/**
 * Buckets in memory, gone with the process: the reference for the other stores, and for tests. It keeps no order; it
 * sorts what is there whenever it is asked. The log is told of listeners that throw.
 */
export function createMemoryBucketStore(options: { readonly clock: Clock; readonly log?: Log }): BucketStore {
  return new MemoryBucketStore(options.clock, options.log ?? silentLog);
}

class MemoryBucketStore implements BucketStore {
  readonly #clock: Clock;
  readonly #feed: ChangeFeed<ObjectChange>;
  readonly #buckets = new Map<string, Map<string, StoredObject>>();
  #isClosed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#feed = new ChangeFeed<ObjectChange>(log, bucketChanges);
  }

  async define(buckets: readonly string[]): Promise<void> {
    this.#checkOpen();
    for (const name of checkBucketNames(buckets)) {
      if (!this.#buckets.has(name)) this.#buckets.set(name, new Map());
    }
  }

  async get(bucket: string, key: string): Promise<StoredObject | undefined> {
    const object = this.#bucket(bucket).get(checkKey(key));
    return object === undefined ? undefined : { ...object, bytes: object.bytes.slice() };
  }

  async head(bucket: string, key: string): Promise<ObjectFacts | undefined> {
    const object = this.#bucket(bucket).get(checkKey(key));
    return object === undefined ? undefined : factsOf(object);
  }

  async put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts> {
    const objects = this.#bucket(bucket);
    checkKey(key);
    const { bytes, contentType } = checkObject(object);
    const stored: StoredObject = {
      key,
      sizeBytes: bytes.byteLength,
      contentType,
      etag: createHash("md5").update(bytes).digest("hex"),
      modifiedAtMs: this.#clock.now(),
      bytes: Uint8Array.from(bytes),
    };
    objects.set(key, stored);
    this.#feed.publish([{ kind: "put", bucket, key, facts: factsOf(stored) }]);
    return factsOf(stored);
  }

  async delete(bucket: string, keys: readonly string[]): Promise<readonly string[]> {
    const objects = this.#bucket(bucket);
    const deleted = checkKeys(keys).filter((key) => objects.delete(key));
    for (const key of deleted) this.#feed.publish([{ kind: "delete", bucket, key }]);
    return deleted;
  }

  async list(bucket: string, request: ListRequest): Promise<ObjectPage> {
    const objects = this.#bucket(bucket);
    const { prefix, after, limit } = checkListRequest(request);
    const matching = [...objects.values()]
      .map((object) => ({ object, keyBytes: Buffer.from(object.key) }))
      .filter(({ object, keyBytes }) => {
        return object.key.startsWith(prefix) && compareBytes(keyBytes, Buffer.from(after)) > 0;
      })
      .toSorted((a, b) => compareBytes(a.keyBytes, b.keyBytes))
      .map(({ object }) => factsOf(object));
    const page = matching.slice(0, limit);
    const last = page.at(-1);
    return { objects: page, ...(last !== undefined && matching.length > limit && { next: last.key }) };
  }

  watch(listener: (change: ObjectChange) => void): () => void {
    return this.#feed.watch(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #bucket(name: string): Map<string, StoredObject> {
    this.#checkOpen();
    const objects = this.#buckets.get(name);
    if (objects === undefined) throw bucketRequestInvalid(`There is no bucket ${name}`);
    return objects;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new HoldfastError("STORE_FAILED", "The bucket store is closed");
  }
}

function factsOf({ key, sizeBytes, contentType, etag, modifiedAtMs }: StoredObject): ObjectFacts {
  return { key, sizeBytes, contentType, etag, modifiedAtMs };
}
