import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { uploadLifetimeMs } from "../../model/bucket-limits.ts";
import type { NewPart, PartFacts, Upload, UploadAttributes, UploadFacts } from "../../ports/bucket-store.ts";
import { checkUploadCount, compareUploads } from "../multipart.ts";
import type { AsideWriter, Piece } from "./aside-writer.ts";
import { readHeader, reportDamage, uploadsFolder } from "./bucket-folder.ts";
import { encodeHead, hashBytes, usualHeadBytes, type Header } from "./object-file.ts";
import { isMissing } from "./storage-error.ts";

/** In an upload's folder. The parts' are their numbers. */
const uploadFile = "upload";

export interface FileUpload extends UploadFacts {
  readonly bucket: string;
  readonly parts: Map<number, StoredPart>;
}

interface StoredPart {
  readonly facts: PartFacts;
  /** Where its bytes begin in its file. */
  readonly headBytes: number;
}

/** Objects in parts that are not complete: each a folder, with a file for each part. */
export class FileUploads {
  readonly #folder: string;
  readonly #writer: AsideWriter;
  readonly #clock: Clock;
  readonly #uploads = new Map<string, FileUpload>();

  constructor(options: {
    readonly folder: string;
    readonly writer: AsideWriter;
    readonly clock: Clock;
    readonly uploads: readonly FileUpload[];
  }) {
    this.#folder = options.folder;
    this.#writer = options.writer;
    this.#clock = options.clock;
    for (const upload of options.uploads) this.#uploads.set(upload.uploadId, upload);
  }

  /** Rejects with `STORE_OVERLOADED`. Takes the opportunity to remove what is too old. */
  async create(bucket: string, key: string, attributes: UploadAttributes): Promise<string> {
    const old = [...this.#uploads.values()].filter((upload) => this.#isOver(upload));
    await Promise.all(old.map((upload) => this.remove(upload)));
    checkUploadCount(this.#uploads.size);
    const uploadId = randomBytes(32).toString("hex");
    const upload = { uploadId, key, attributes, startedAtMs: this.#clock.now() };
    await this.#writer.writeFolder(
      this.#folderOf({ bucket, uploadId }),
      uploadFile,
      encodeHead({ ...upload, sizeBytes: 0 }),
    );
    this.#uploads.set(uploadId, { ...upload, bucket, parts: new Map() });
    return uploadId;
  }

  find(bucket: string, uploadId: string): FileUpload | undefined {
    const upload = this.#uploads.get(uploadId);
    return upload === undefined || upload.bucket !== bucket || this.#isOver(upload) ? undefined : upload;
  }

  async putPart(upload: FileUpload, { partNumber, bytes, checksum }: NewPart): Promise<PartFacts> {
    const facts: PartFacts = Object.freeze({
      partNumber,
      sizeBytes: bytes.byteLength,
      etag: await hashBytes(bytes),
      modifiedAtMs: this.#clock.now(),
      ...(checksum !== undefined && { checksum }),
    });
    const head = encodeHead(facts);
    await this.#writer.write(this.#partFile(upload, partNumber), head, bytes);
    upload.parts.set(partNumber, { facts, headBytes: head.length });
    return facts;
  }

  async copyPart(upload: FileUpload, partNumber: number, piece: Piece): Promise<PartFacts> {
    const modifiedAtMs = this.#clock.now();
    const toFacts = (etag: string): PartFacts =>
      Object.freeze({ partNumber, sizeBytes: piece.length, etag, modifiedAtMs });
    const unknownEtag = "0".repeat(32);
    let facts = toFacts(unknownEtag);
    await this.#writer.join(this.#partFile(upload, partNumber), [piece], (sums) => {
      facts = toFacts(sums?.md5 ?? unknownEtag);
      return encodeHead(facts);
    });
    upload.parts.set(partNumber, { facts, headBytes: encodeHead(facts).length });
    return facts;
  }

  /** What the object of an upload is made of. */
  pieceOf(upload: FileUpload, { partNumber, sizeBytes, etag }: PartFacts, open: OpenFile): Piece {
    const file = this.#partFile(upload, partNumber);
    const start = upload.parts.get(partNumber)?.headBytes ?? 0;
    return { open: () => open(file), start, length: sizeBytes, md5: etag };
  }

  list(bucket: string): readonly UploadFacts[] {
    return [...this.#uploads.values()]
      .filter(({ uploadId }) => this.find(bucket, uploadId) !== undefined)
      .map(uploadFactsOf)
      .toSorted(compareUploads);
  }

  /** Forgotten at once; what stays because it cannot be removed is an upload again at the next start. */
  async remove(upload: FileUpload): Promise<void> {
    this.#uploads.delete(upload.uploadId);
    await this.#writer.removeFolder(this.#folderOf(upload));
  }

  #isOver({ startedAtMs }: UploadFacts): boolean {
    return startedAtMs + uploadLifetimeMs <= this.#clock.now();
  }

  #partFile(upload: FileUpload, partNumber: number): string {
    return join(this.#folderOf(upload), String(partNumber));
  }

  #folderOf({ bucket, uploadId }: Pick<FileUpload, "bucket" | "uploadId">): string {
    return join(uploadsFolder(this.#folder, bucket), uploadId);
  }
}

type OpenFile = Piece["open"] extends () => infer Handle ? (file: string) => Handle : never;

export function describeUpload(upload: FileUpload): Upload {
  const parts = [...upload.parts.values()].map(({ facts }) => facts);
  return {
    ...uploadFactsOf(upload),
    parts: parts.toSorted((a, b) => a.partNumber - b.partNumber),
  };
}

function uploadFactsOf({ uploadId, key, attributes, startedAtMs }: UploadFacts): UploadFacts {
  return { uploadId, key, attributes, startedAtMs };
}

/** What earlier runs left. Of a damaged part or upload is reported that it is; it counts as absent. */
export async function readUploads(
  folder: string,
  buckets: Iterable<string>,
  log: Log,
): Promise<readonly FileUpload[]> {
  const uploads: FileUpload[] = [];
  for (const bucket of buckets) {
    for (const uploadId of await namesIn(uploadsFolder(folder, bucket))) {
      const upload = /^[0-9a-f]{64}$/.test(uploadId)
        ? await readUpload(join(uploadsFolder(folder, bucket), uploadId), bucket, log)
        : undefined;
      if (upload !== undefined) uploads.push(upload);
    }
  }
  return uploads;
}

async function readUpload(folder: string, bucket: string, log: Log): Promise<FileUpload | undefined> {
  const buffer = Buffer.alloc(usualHeadBytes);
  const read = <Kind extends Header>(name: string): Kind | undefined => {
    const file = join(folder, name);
    try {
      return readHeader<Kind>(file, buffer);
    } catch (error) {
      reportDamage(log, { bucket, file, error });
      return undefined;
    }
  };
  const upload = read<UploadFacts & Header>(uploadFile);
  if (upload === undefined) return undefined;
  const parts = new Map<number, StoredPart>();
  for (const name of await namesIn(folder)) {
    const facts = /^\d{1,5}$/.test(name) ? read<PartFacts & Header>(name) : undefined;
    if (facts !== undefined)
      parts.set(Number(name), { facts: Object.freeze(facts), headBytes: encodeHead(facts).length });
  }
  return { ...uploadFactsOf(upload), bucket, parts };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
