import { mkdirSync } from "node:fs";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { systemClock, type Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
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
import {
  bucketFolder,
  objectFileName,
  readBuckets,
  reportDamage,
  unfinishedFolder,
} from "./bucket-folder.ts";
import { DamagedObject, decodeObject, encodeHead, hashBytes } from "./object-file.ts";
import { ObjectIndex } from "./object-index.ts";
import { ObjectQueue } from "./object-queue.ts";
import { isMissing, toStorageError } from "./storage-error.ts";

/** Objects of all buckets. What is known of each is held in memory, about 300 bytes, and read at start, about 20 µs. */
const maximumObjects = 1_000_000;
/** Up to this size, header and bytes are joined and written at once. */
const joinedBytes = 64 * 1024;

export interface FileBucketStoreOptions {
  /** Made when it is missing. No other process may have it open: who opens it sees to that. */
  readonly folder: string;
  readonly clock?: Clock;
  readonly log: Log;
}

/**
 * Buckets of files, an object a file, written aside and renamed into place. What is acknowledged survives any end of
 * the process. Nothing is synchronised to the disk: a loss of power may undo the last puts and deletes, or leave
 * damaged what was put last. A damaged file is reported and left alone until its key is put anew; the object counts as
 * absent. Rejects with `STATE_NOT_WRITABLE` or `STORE_FAILED`; so may every call, and with `STORE_OVERLOADED` when too
 * much is under way.
 */
export async function openFileBucketStore(options: FileBucketStoreOptions): Promise<BucketStore> {
  const folder = resolve(options.folder);
  try {
    await mkdir(folder, { recursive: true });
    const buckets = await readBuckets(folder, options.log);
    return new FileBucketStore(folder, buckets, options.clock ?? systemClock, options.log);
  } catch (error) {
    throw toStorageError(error, folder);
  }
}

class FileBucketStore implements BucketStore {
  readonly #folder: string;
  readonly #buckets: Map<string, ObjectIndex>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #feed: ChangeFeed<ObjectChange>;
  readonly #queue = new ObjectQueue();
  #writes = 0;
  #isClosed = false;

  constructor(folder: string, buckets: Map<string, ObjectIndex>, clock: Clock, log: Log) {
    this.#folder = folder;
    this.#buckets = buckets;
    this.#clock = clock;
    this.#log = log;
    this.#feed = new ChangeFeed<ObjectChange>(log, bucketChanges);
  }

  /** Without waiting, so that the next call finds them. */
  async define(buckets: readonly string[]): Promise<void> {
    this.#checkOpen();
    try {
      for (const name of checkBucketNames(buckets)) {
        if (this.#buckets.has(name)) continue;
        mkdirSync(bucketFolder(this.#folder, name), { recursive: true });
        this.#buckets.set(name, new ObjectIndex());
      }
    } catch (error) {
      throw toStorageError(error, this.#folder);
    }
  }

  async get(bucket: string, key: string): Promise<StoredObject | undefined> {
    const index = this.#bucket(bucket);
    if (index.get(checkKey(key)) === undefined) return undefined;
    return this.#queue.read(() => this.#read(bucket, index, key));
  }

  async head(bucket: string, key: string): Promise<ObjectFacts | undefined> {
    return this.#bucket(bucket).get(checkKey(key));
  }

  async put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts> {
    const index = this.#bucket(bucket);
    checkKey(key);
    const { bytes: callersBytes, contentType } = checkObject(object);
    const sizeBytes = callersBytes.byteLength;
    this.#queue.checkRoom(sizeBytes);
    const bytes = Uint8Array.from(callersBytes);
    const modifiedAtMs = this.#clock.now();
    return this.#queue.inTurn(nameObject(bucket, key), sizeBytes, async () => {
      if (index.get(key) === undefined) this.#checkCount();
      const etag = await hashBytes(bytes);
      const facts = Object.freeze({ key, sizeBytes, contentType, etag, modifiedAtMs });
      await this.#write(bucket, facts, bytes);
      index.set(facts);
      this.#feed.publish([{ kind: "put", bucket, key, facts }]);
      return facts;
    });
  }

  async delete(bucket: string, keys: readonly string[]): Promise<readonly string[]> {
    const index = this.#bucket(bucket);
    const outcomes = await Promise.allSettled(
      checkKeys(keys).map((key) =>
        this.#queue.inTurn(nameObject(bucket, key), 0, () => this.#delete(bucket, index, key)),
      ),
    );
    const failed = outcomes.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  }

  async list(bucket: string, request: ListRequest): Promise<ObjectPage> {
    return this.#bucket(bucket).list(checkListRequest(request));
  }

  watch(listener: (change: ObjectChange) => void): () => void {
    return this.#feed.watch(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.idle();
  }

  async #read(bucket: string, index: ObjectIndex, key: string): Promise<StoredObject | undefined> {
    const known = index.get(key);
    const file = this.#file(bucket, key);
    try {
      const object = await decodeObject(await readFile(file));
      if (object.key !== key) throw new DamagedObject(`it is that of ${JSON.stringify(object.key)}`);
      return object;
    } catch (error) {
      if (!(error instanceof DamagedObject) && !isMissing(error)) {
        throw new HoldfastError("STORE_FAILED", `An object cannot be read: ${file}`, { cause: error });
      }
      // Deleted or replaced meanwhile, it is no news.
      if (known !== undefined && index.get(key) === known) {
        index.delete(key);
        reportDamage(this.#log, { bucket, key, file, error });
      }
      return undefined;
    }
  }

  async #write(bucket: string, facts: ObjectFacts, bytes: Uint8Array): Promise<void> {
    this.#writes += 1;
    const unfinished = join(unfinishedFolder(this.#folder), String(this.#writes));
    const head = encodeHead(facts);
    const content = bytes.byteLength <= joinedBytes ? Buffer.concat([head, bytes]) : [head, bytes];
    try {
      await writeFile(unfinished, content, { flag: "wx" });
      await rename(unfinished, this.#file(bucket, facts.key));
    } catch (error) {
      // What cannot be removed now is removed at the next start.
      await rm(unfinished, { force: true }).catch(() => {});
      throw toStorageError(error, this.#folder);
    }
  }

  /** The key, if it was there. */
  async #delete(bucket: string, index: ObjectIndex, key: string): Promise<readonly string[]> {
    if (index.get(key) === undefined) return [];
    try {
      await unlink(this.#file(bucket, key));
    } catch (error) {
      if (!isMissing(error)) throw toStorageError(error, this.#folder);
    }
    if (!index.delete(key)) return [];
    this.#feed.publish([{ kind: "delete", bucket, key }]);
    return [key];
  }

  #file(bucket: string, key: string): string {
    return join(bucketFolder(this.#folder, bucket), objectFileName(key));
  }

  #checkCount(): void {
    const count = [...this.#buckets.values()].reduce((sum, { size }) => sum + size, 0);
    if (count >= maximumObjects) {
      throw bucketRequestInvalid(`The buckets hold ${count} objects; ${maximumObjects} are allowed`);
    }
  }

  #bucket(name: string): ObjectIndex {
    this.#checkOpen();
    const index = this.#buckets.get(name);
    if (index === undefined) throw bucketRequestInvalid(`There is no bucket ${name}`);
    return index;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new HoldfastError("STORE_FAILED", "The bucket store is closed");
  }
}

/** Bucket names hold no slash. */
function nameObject(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
