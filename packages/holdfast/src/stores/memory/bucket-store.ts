import { createHash } from "node:crypto";

import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { silentLog, type Log } from "../../base/log.ts";
import { compareBytes } from "../../model/key-order.ts";
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
import { checkStoredSize, chooseParts, isMet, multipartEtag, unmet } from "../multipart.ts";
import {
  attributesOfCopy,
  attributesOfUpload,
  bucketRequestInvalid,
  checkAttributes,
  checkTags,
  type CheckedAttributes,
} from "../object-attributes.ts";
import { Sequencer } from "../sequencer.ts";
import { MemoryUploads } from "./bucket-uploads.ts";

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
  readonly #sequencer: Sequencer;
  readonly #uploads: MemoryUploads;
  readonly #buckets = new Map<string, Map<string, StoredObject>>();
  #isClosed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#feed = new ChangeFeed<ObjectChange>(log, bucketChanges);
    this.#sequencer = new Sequencer(clock);
    this.#uploads = new MemoryUploads(clock);
  }

  async define(buckets: readonly string[]): Promise<void> {
    this.#checkOpen();
    for (const name of checkBucketNames(buckets)) {
      if (!this.#buckets.has(name)) this.#buckets.set(name, new Map());
    }
  }

  async get(bucket: string, key: string, range?: ByteRange): Promise<StoredObject | undefined> {
    checkRange(range);
    const object = this.#bucket(bucket).get(checkKey(key));
    if (object === undefined) return undefined;
    const { from, to } = clampRange(range, object.sizeBytes);
    if (to - from > maximumReadBytes) throw objectTooLarge(to - from, maximumReadBytes);
    return { ...object, bytes: object.bytes.slice(from, to) };
  }

  async head(bucket: string, key: string): Promise<ObjectFacts | undefined> {
    const object = this.#bucket(bucket).get(checkKey(key));
    return object === undefined ? undefined : factsOf(object);
  }

  async put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts> {
    this.#bucket(bucket);
    checkKey(key);
    const { bytes, attributes } = checkObject(object);
    return this.#store(bucket, key, { bytes, attributes, how: "put" });
  }

  async putIf(
    bucket: string,
    key: string,
    object: NewObject,
    condition: ObjectCondition,
  ): Promise<PutOutcome> {
    const found = this.#bucket(bucket).get(checkKey(key));
    if (!isMet(condition, found)) return unmet(found && factsOf(found));
    const { bytes, attributes } = checkObject(object);
    return { outcome: "put", facts: await this.#store(bucket, key, { bytes, attributes, how: "put" }) };
  }

  async copy(bucket: string, key: string, copy: ObjectCopy): Promise<ObjectFacts | undefined> {
    this.#bucket(bucket);
    checkKey(key);
    const source = this.#bucket(copy.from.bucket).get(checkKey(copy.from.key));
    if (source === undefined) return undefined;
    checkStoredSize(source.sizeBytes);
    const attributes = attributesOfCopy(copy, factsOf(source));
    return this.#store(bucket, key, { bytes: source.bytes, attributes, how: "copy" });
  }

  async setTags(bucket: string, key: string, tags: ObjectTags): Promise<ObjectFacts | undefined> {
    const objects = this.#bucket(bucket);
    checkTags(tags);
    const object = objects.get(checkKey(key));
    if (object === undefined) return undefined;
    const tagged = { ...object, tags: { ...tags } };
    objects.set(key, tagged);
    return factsOf(tagged);
  }

  async delete(bucket: string, keys: readonly string[]): Promise<readonly string[]> {
    const objects = this.#bucket(bucket);
    const deleted = checkKeys(keys).filter((key) => objects.delete(key));
    await this.#feed.publishAndWait(
      deleted.map((key) => ({ kind: "delete", bucket, key, sequencer: this.#sequencer.next() })),
    );
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

  async createUpload(bucket: string, key: string, attributes: UploadAttributes): Promise<string> {
    this.#bucket(bucket);
    return this.#uploads.create(bucket, checkKey(key), checkAttributes(attributes));
  }

  async putPart(bucket: string, uploadId: string, part: NewPart): Promise<PartFacts | undefined> {
    this.#bucket(bucket);
    return this.#uploads.putPart(bucket, uploadId, checkPart(part));
  }

  async copyPart(bucket: string, uploadId: string, part: PartCopy): Promise<PartFacts | undefined> {
    this.#bucket(bucket);
    const { partNumber, from, range } = part;
    checkPartNumber(partNumber);
    checkRange(range);
    const source = this.#bucket(from.bucket).get(checkKey(from.key));
    if (source === undefined) return undefined;
    const span = clampRange(range, source.sizeBytes);
    const bytes = source.bytes.subarray(span.from, span.to);
    return this.#uploads.putPart(bucket, uploadId, { partNumber, bytes });
  }

  async getUpload(bucket: string, uploadId: string): Promise<Upload | undefined> {
    this.#bucket(bucket);
    return this.#uploads.describe(bucket, uploadId);
  }

  async listUploads(bucket: string): Promise<readonly UploadFacts[]> {
    this.#bucket(bucket);
    return this.#uploads.list(bucket);
  }

  async completeUpload(bucket: string, uploadId: string, completion: Completion): Promise<CompleteOutcome> {
    const objects = this.#bucket(bucket);
    const upload = this.#uploads.find(bucket, uploadId);
    if (upload === undefined) return { outcome: "no-upload" };
    const known = new Map([...upload.parts].map(([partNumber, { facts }]) => [partNumber, facts]));
    const chosen = chooseParts(known, completion);
    if (chosen.outcome !== "chosen") return chosen;
    const found = objects.get(upload.key);
    if (!isMet(completion.condition, found)) return unmet(found && factsOf(found));
    const storing = this.#store(bucket, upload.key, {
      bytes: Buffer.concat(
        chosen.parts.map(({ partNumber }) => upload.parts.get(partNumber)?.bytes ?? empty),
      ),
      attributes: attributesOfUpload(upload, completion.checksum),
      how: "multipart",
      etag: multipartEtag(chosen.parts),
    });
    this.#uploads.remove(bucket, uploadId);
    return { outcome: "put", facts: await storing };
  }

  async abortUpload(bucket: string, uploadId: string): Promise<boolean> {
    this.#bucket(bucket);
    return this.#uploads.remove(bucket, uploadId);
  }

  watch(listener: (change: ObjectChange) => unknown): () => void {
    return this.#feed.watch(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** The object is there at once; resolves when those who watch know of it. */
  async #store(bucket: string, key: string, { bytes, attributes, how, etag }: Storing): Promise<ObjectFacts> {
    const stored: StoredObject = {
      ...attributes,
      key,
      sizeBytes: bytes.byteLength,
      etag: etag ?? createHash("md5").update(bytes).digest("hex"),
      modifiedAtMs: this.#clock.now(),
      bytes: Uint8Array.from(bytes),
    };
    this.#bucket(bucket).set(key, stored);
    const facts = factsOf(stored);
    await this.#feed.publishAndWait([
      { kind: "put", bucket, key, sequencer: this.#sequencer.next(), facts, how },
    ]);
    return facts;
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

interface Storing {
  readonly bytes: Uint8Array;
  readonly attributes: CheckedAttributes;
  readonly how: NonNullable<ObjectChange["how"]>;
  /** That of the bytes unless given. */
  readonly etag?: string;
}

const empty = new Uint8Array();

function factsOf({ bytes: _bytes, ...facts }: StoredObject): ObjectFacts {
  return facts;
}
