import { mkdirSync } from "node:fs";
import { mkdir, open, unlink } from "node:fs/promises";
import { resolve } from "node:path";

import { systemClock, type Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { maximumReadBytes, objectTooLarge } from "../../model/bucket-limits.ts";
import type {
  BucketStore,
  ByteRange,
  CompleteOutcome,
  Completion,
  ListRequest,
  NewObject,
  NewPart,
  ObjectChange,
  ObjectCondition,
  ObjectCopy,
  ObjectFacts,
  ObjectPage,
  ObjectTags,
  PartCopy,
  PartFacts,
  PutOutcome,
  StoredObject,
  Upload,
  UploadAttributes,
  UploadFacts,
} from "../../ports/bucket-store.ts";
import {
  checkBucketNames,
  checkKey,
  checkKeys,
  checkListRequest,
  checkObject,
  checkPart,
  checkPartNumber,
  checkRange,
  clampRange,
} from "../bucket-request-check.ts";
import { bucketChanges, ChangeFeed } from "../change-feed.ts";
import { checkStoredSize, chooseParts, isMet, multipartEtag, sizeOf, unmet } from "../multipart.ts";
import {
  attributesOfCopy,
  attributesOfUpload,
  bucketRequestInvalid,
  checkAttributes,
  checkTags,
} from "../object-attributes.ts";
import { createDiskFaultLog } from "../disk-faults.ts";
import { Sequencer } from "../sequencer.ts";
import { AsideWriter } from "./aside-writer.ts";
import { bucketFolder, readBuckets } from "./bucket-folder.ts";
import { describeUpload, FileUploads, readUploads } from "./file-uploads.ts";
import { factsOf, hashBytes } from "./object-file.ts";
import { ObjectFiles, unknownMd5 } from "./object-files.ts";
import { ObjectIndex } from "./object-index.ts";
import { ObjectQueue } from "./object-queue.ts";
import { pieceOf } from "./open-object.ts";
import { isMissing, toStorageError } from "./storage-error.ts";

/** Objects of all buckets. What is known of each is held in memory, about 300 bytes, and read at start, about 20 µs. */
const maximumObjects = 1_000_000;
/** What is read at once counts as being under way when it is more. */
const uncountedReadBytes = 16 * 1024 * 1024;

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
    const clock = options.clock ?? systemClock;
    const writer = new AsideWriter(folder);
    const found = await readUploads(folder, buckets.keys(), options.log);
    const uploads = new FileUploads({ folder, writer, clock, uploads: found });
    return new FileBucketStore({ folder, buckets, writer, uploads, clock, log: options.log });
  } catch (error) {
    throw toStorageError(error, folder);
  }
}

interface Parts {
  readonly folder: string;
  readonly buckets: Map<string, ObjectIndex>;
  readonly writer: AsideWriter;
  readonly uploads: FileUploads;
  readonly clock: Clock;
  readonly log: Log;
}

class FileBucketStore implements BucketStore {
  readonly #folder: string;
  readonly #buckets: Map<string, ObjectIndex>;
  readonly #files: ObjectFiles;
  readonly #uploads: FileUploads;
  readonly #clock: Clock;
  readonly #feed: ChangeFeed<ObjectChange>;
  readonly #sequencer: Sequencer;
  readonly #queue: ObjectQueue;
  #isClosed = false;

  constructor({ folder, buckets, writer, uploads, clock, log }: Parts) {
    this.#folder = folder;
    this.#buckets = buckets;
    this.#files = new ObjectFiles({ folder, writer, index: (bucket) => this.#bucket(bucket), log });
    this.#uploads = uploads;
    this.#clock = clock;
    this.#feed = new ChangeFeed<ObjectChange>(log, bucketChanges);
    this.#sequencer = new Sequencer(clock);
    this.#queue = new ObjectQueue(createDiskFaultLog(log, clock));
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

  async get(bucket: string, key: string, range?: ByteRange): Promise<StoredObject | undefined> {
    const index = this.#bucket(bucket);
    const known = index.get(checkKey(key));
    checkRange(range);
    if (known === undefined) return undefined;
    const { from, to } = clampRange(range, known.sizeBytes);
    if (to - from > maximumReadBytes) throw objectTooLarge(to - from, maximumReadBytes);
    const countedBytes = to - from > uncountedReadBytes ? to - from : 0;
    return this.#queue.read(countedBytes, () => this.#files.read({ bucket, key }, range));
  }

  async head(bucket: string, key: string): Promise<ObjectFacts | undefined> {
    return this.#bucket(bucket).get(checkKey(key));
  }

  async put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts> {
    const outcome = await this.#put(bucket, key, object);
    if (outcome.outcome === "put") return outcome.facts;
    throw new Error("Without a condition every put is done");
  }

  putIf(bucket: string, key: string, object: NewObject, condition: ObjectCondition): Promise<PutOutcome> {
    return this.#put(bucket, key, object, condition);
  }

  async #put(
    bucket: string,
    key: string,
    object: NewObject,
    condition?: ObjectCondition,
  ): Promise<PutOutcome> {
    const index = this.#bucket(bucket);
    checkKey(key);
    const { bytes: callersBytes, attributes } = checkObject(object);
    const sizeBytes = callersBytes.byteLength;
    this.#queue.checkRoom(sizeBytes);
    const bytes = Uint8Array.from(callersBytes);
    const modifiedAtMs = this.#clock.now();
    return this.#queue.inTurn([nameObject(bucket, key)], sizeBytes, async () => {
      const found = index.get(key);
      if (!isMet(condition, found)) return unmet(found);
      if (found === undefined) this.#checkCount();
      const etag = await hashBytes(bytes);
      const facts = Object.freeze({ ...attributes, key, sizeBytes, etag, modifiedAtMs });
      await this.#files.write(bucket, facts, bytes);
      return { outcome: "put", facts: await this.#stored(bucket, facts, "put") };
    });
  }

  async copy(bucket: string, key: string, copy: ObjectCopy): Promise<ObjectFacts | undefined> {
    const index = this.#bucket(bucket);
    checkKey(key);
    const sources = this.#bucket(copy.from.bucket);
    const known = sources.get(checkKey(copy.from.key));
    if (known === undefined) return undefined;
    attributesOfCopy(copy, known);
    checkStoredSize(known.sizeBytes);
    return this.#queue.inTurn([nameObject(bucket, key)], 0, async () => {
      if (index.get(key) === undefined) this.#checkCount();
      const modifiedAtMs = this.#clock.now();
      const copied = await this.#files.open(copy.from, async (source) => {
        const { sizeBytes } = source.header;
        const attributes = attributesOfCopy(copy, factsOf(source.header));
        const facts = { ...attributes, key, sizeBytes, etag: unknownMd5, modifiedAtMs };
        return this.#files.rewrite(bucket, facts, source);
      });
      return copied && this.#stored(bucket, copied, "copy");
    });
  }

  /** Writes the object's file anew, since its head is of another length. */
  async setTags(bucket: string, key: string, tags: ObjectTags): Promise<ObjectFacts | undefined> {
    const index = this.#bucket(bucket);
    checkTags(tags);
    const tagsNow = { ...tags };
    checkKey(key);
    return this.#queue.inTurn([nameObject(bucket, key)], 0, async () => {
      if (index.get(key) === undefined) return undefined;
      const tagged = await this.#files.open({ bucket, key }, (source) =>
        this.#files.rewrite(bucket, { ...factsOf(source.header), tags: tagsNow }, source),
      );
      if (tagged !== undefined) index.set(tagged);
      return tagged;
    });
  }

  async delete(bucket: string, keys: readonly string[]): Promise<readonly string[]> {
    const index = this.#bucket(bucket);
    const outcomes = await Promise.allSettled(
      checkKeys(keys).map((key) =>
        this.#queue.inTurn([nameObject(bucket, key)], 0, () => this.#delete(bucket, index, key)),
      ),
    );
    const failed = outcomes.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  }

  async list(bucket: string, request: ListRequest): Promise<ObjectPage> {
    return this.#bucket(bucket).list(checkListRequest(request));
  }

  async createUpload(bucket: string, key: string, attributes: UploadAttributes): Promise<string> {
    this.#bucket(bucket);
    checkKey(key);
    const checked = checkAttributes(attributes);
    return this.#queue.inTurn([creations], 0, () => this.#uploads.create(bucket, key, checked));
  }

  async putPart(bucket: string, uploadId: string, part: NewPart): Promise<PartFacts | undefined> {
    this.#bucket(bucket);
    const { bytes } = checkPart(part);
    this.#queue.checkRoom(bytes.byteLength);
    const kept = { ...part, bytes: Uint8Array.from(bytes) };
    return this.#queue.inTurn([nameUpload(uploadId)], bytes.byteLength, async () => {
      const upload = this.#uploads.find(bucket, uploadId);
      return upload && this.#uploads.putPart(upload, kept);
    });
  }

  async copyPart(bucket: string, uploadId: string, part: PartCopy): Promise<PartFacts | undefined> {
    this.#bucket(bucket);
    checkPartNumber(part.partNumber);
    checkRange(part.range);
    this.#bucket(part.from.bucket).get(checkKey(part.from.key));
    return this.#queue.inTurn([nameUpload(uploadId)], 0, async () => {
      const upload = this.#uploads.find(bucket, uploadId);
      if (upload === undefined) return undefined;
      return this.#files.open(part.from, (source) =>
        this.#uploads.copyPart(upload, part.partNumber, pieceOf(source, part.range)),
      );
    });
  }

  async getUpload(bucket: string, uploadId: string): Promise<Upload | undefined> {
    this.#bucket(bucket);
    const upload = this.#uploads.find(bucket, uploadId);
    return upload && describeUpload(upload);
  }

  async listUploads(bucket: string): Promise<readonly UploadFacts[]> {
    this.#bucket(bucket);
    return this.#uploads.list(bucket);
  }

  async completeUpload(bucket: string, uploadId: string, completion: Completion): Promise<CompleteOutcome> {
    const index = this.#bucket(bucket);
    const key = this.#uploads.find(bucket, uploadId)?.key;
    if (key === undefined) return { outcome: "no-upload" };
    return this.#queue.inTurn([nameUpload(uploadId), nameObject(bucket, key)], 0, async () => {
      const upload = this.#uploads.find(bucket, uploadId);
      if (upload === undefined) return { outcome: "no-upload" };
      const known = new Map([...upload.parts].map(([partNumber, { facts }]) => [partNumber, facts]));
      const chosen = chooseParts(known, completion);
      if (chosen.outcome !== "chosen") return chosen;
      const found = index.get(key);
      if (!isMet(completion.condition, found)) return unmet(found);
      if (found === undefined) this.#checkCount();
      const facts = {
        ...attributesOfUpload(upload, completion.checksum),
        key,
        sizeBytes: sizeOf(chosen.parts),
        etag: multipartEtag(chosen.parts),
        modifiedAtMs: this.#clock.now(),
      };
      const pieces = chosen.parts.map((part) => this.#uploads.pieceOf(upload, part, openFile));
      await this.#files.join(bucket, facts, pieces);
      const stored = await this.#stored(bucket, Object.freeze(facts), "multipart");
      // Where it stays, the object is there all the same.
      await this.#uploads.remove(upload).catch(() => {});
      return { outcome: "put", facts: stored };
    });
  }

  async abortUpload(bucket: string, uploadId: string): Promise<boolean> {
    this.#bucket(bucket);
    return this.#queue.inTurn([nameUpload(uploadId)], 0, async () => {
      const upload = this.#uploads.find(bucket, uploadId);
      if (upload === undefined) return false;
      await this.#uploads.remove(upload);
      return true;
    });
  }

  watch(listener: (change: ObjectChange) => unknown): () => void {
    return this.#feed.watch(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.idle();
  }

  async #stored(
    bucket: string,
    facts: ObjectFacts,
    how: NonNullable<ObjectChange["how"]>,
  ): Promise<ObjectFacts> {
    const { key } = facts;
    this.#buckets.get(bucket)?.set(facts);
    await this.#feed.publishAndWait([
      { kind: "put", bucket, key, sequencer: this.#sequencer.next(), facts, how },
    ]);
    return facts;
  }

  /** The key, if it was there. */
  async #delete(bucket: string, index: ObjectIndex, key: string): Promise<readonly string[]> {
    if (index.get(key) === undefined) return [];
    try {
      await unlink(this.#files.file({ bucket, key }));
    } catch (error) {
      if (!isMissing(error)) throw toStorageError(error, this.#folder);
    }
    if (!index.delete(key)) return [];
    await this.#feed.publishAndWait([{ kind: "delete", bucket, key, sequencer: this.#sequencer.next() }]);
    return [key];
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

const openFile = (file: string): ReturnType<typeof open> => open(file, "r");

/** Bucket names hold no slash, and uploads no bucket. */
function nameObject(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function nameUpload(uploadId: string): string {
  return `/${uploadId}`;
}

/** So that as many as are allowed are begun, and no more. */
const creations = "/";
