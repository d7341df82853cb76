import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { uploadLifetimeMs } from "../../model/bucket-limits.ts";
import type { NewPart, PartFacts, Upload, UploadAttributes, UploadFacts } from "../../ports/bucket-store.ts";
import { checkUploadCount, compareUploads } from "../multipart.ts";

interface MemoryUpload extends UploadFacts {
  readonly bucket: string;
  readonly parts: Map<number, MemoryPart>;
}

interface MemoryPart {
  readonly facts: PartFacts;
  readonly bytes: Uint8Array;
}

/** Objects in parts that are not complete, of all buckets. */
export class MemoryUploads {
  readonly #clock: Clock;
  readonly #uploads = new Map<string, MemoryUpload>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `STORE_OVERLOADED`. */
  create(bucket: string, key: string, attributes: UploadAttributes): string {
    const startedAtMs = this.#clock.now();
    for (const { uploadId } of this.#uploads.values()) this.find(bucket, uploadId);
    checkUploadCount(this.#uploads.size);
    const uploadId = randomBytes(32).toString("hex");
    this.#uploads.set(uploadId, { bucket, uploadId, key, attributes, startedAtMs, parts: new Map() });
    return uploadId;
  }

  find(bucket: string, uploadId: string): MemoryUpload | undefined {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined) return undefined;
    if (upload.startedAtMs + uploadLifetimeMs <= this.#clock.now()) {
      this.#uploads.delete(uploadId);
      return undefined;
    }
    return upload.bucket === bucket ? upload : undefined;
  }

  putPart(bucket: string, uploadId: string, { partNumber, bytes, checksum }: NewPart): PartFacts | undefined {
    const facts: PartFacts = {
      partNumber,
      sizeBytes: bytes.byteLength,
      etag: createHash("md5").update(bytes).digest("hex"),
      modifiedAtMs: this.#clock.now(),
      ...(checksum !== undefined && { checksum }),
    };
    const upload = this.find(bucket, uploadId);
    upload?.parts.set(partNumber, { facts, bytes: Uint8Array.from(bytes) });
    return upload && facts;
  }

  describe(bucket: string, uploadId: string): Upload | undefined {
    const upload = this.find(bucket, uploadId);
    if (upload === undefined) return undefined;
    const parts = [...upload.parts.values()].map(({ facts }) => facts);
    return { ...uploadFactsOf(upload), parts: parts.toSorted((a, b) => a.partNumber - b.partNumber) };
  }

  list(bucket: string): readonly UploadFacts[] {
    return [...this.#uploads.values()]
      .filter(({ uploadId }) => this.find(bucket, uploadId) !== undefined)
      .map(uploadFactsOf)
      .toSorted(compareUploads);
  }

  remove(bucket: string, uploadId: string): boolean {
    return this.find(bucket, uploadId) !== undefined && this.#uploads.delete(uploadId);
  }
}

function uploadFactsOf({ uploadId, key, attributes, startedAtMs }: MemoryUpload): UploadFacts {
  return { uploadId, key, attributes, startedAtMs };
}
