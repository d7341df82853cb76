import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { ByteRange, ObjectFacts, ObjectSource, StoredObject } from "../../ports/bucket-store.ts";
import type { AsideWriter, Piece } from "./aside-writer.ts";
import { bucketFolder, objectFileName, reportDamage } from "./bucket-folder.ts";
import { DamagedObject, decodeObject, encodeHead, unknownCrc32 } from "./object-file.ts";
import type { ObjectIndex } from "./object-index.ts";
import { checkSums, openObject, pieceOf, readRange, type OpenObject } from "./open-object.ts";
import { isMissing } from "./storage-error.ts";

/** Of an object whose bytes are not read yet; as long as any. */
export const unknownMd5 = "0".repeat(32);

export interface ObjectFilesOptions {
  readonly folder: string;
  readonly writer: AsideWriter;
  readonly index: (bucket: string) => ObjectIndex;
  readonly log: Log;
}

/** The files of objects, read against what is known of them and written whole. */
export class ObjectFiles {
  readonly #options: ObjectFilesOptions;

  constructor(options: ObjectFilesOptions) {
    this.#options = options;
  }

  file({ bucket, key }: ObjectSource): string {
    return join(bucketFolder(this.#options.folder, bucket), objectFileName(key));
  }

  read(object: ObjectSource, range?: ByteRange): Promise<StoredObject | undefined> {
    const { key } = object;
    const file = this.file(object);
    return this.#reading(object, async () => {
      if (range !== undefined) return readRange(file, key, range);
      const found = await decodeObject(await readFile(file));
      if (found.key !== key) throw new DamagedObject(`it is that of ${JSON.stringify(found.key)}`);
      return found;
    });
  }

  /** Lets `use` have the object while it is open, where there is one. */
  open<Result>(
    object: ObjectSource,
    use: (source: OpenObject) => Promise<Result>,
  ): Promise<Result | undefined> {
    return this.#reading(object, async () => {
      const source = await openObject(this.file(object), object.key);
      try {
        return await use(source);
      } finally {
        await source.handle.close();
      }
    });
  }

  write(bucket: string, facts: ObjectFacts, bytes: Uint8Array): Promise<void> {
    return this.#options.writer.write(this.file({ bucket, key: facts.key }), encodeHead(facts), bytes);
  }

  /** Stores the bytes of an open object under these facts. An ETag that is not known becomes that of the bytes. */
  async rewrite(bucket: string, facts: ObjectFacts, source: OpenObject): Promise<ObjectFacts> {
    let written = facts;
    const file = this.file({ bucket, key: facts.key });
    await this.#options.writer.join(file, [pieceOf(source)], (sums) => {
      if (sums !== undefined) checkSums(source, sums);
      const etag = facts.etag === unknownMd5 ? (sums?.md5 ?? unknownMd5) : facts.etag;
      written = Object.freeze({ ...facts, etag });
      const { crc32 } = source.header;
      return encodeHead({ ...written, ...(crc32 !== undefined && { crc32 }) });
    });
    return written;
  }

  /** Stores what the pieces come to. Rejects with `STORE_FAILED` when one is not what it was written as. */
  async join(bucket: string, facts: ObjectFacts, pieces: readonly Piece[]): Promise<void> {
    const file = this.file({ bucket, key: facts.key });
    try {
      await this.#options.writer.join(file, pieces, (sums) =>
        encodeHead({ ...facts, crc32: sums?.crc32 ?? unknownCrc32 }),
      );
    } catch (cause) {
      if (!(cause instanceof DamagedObject)) throw cause;
      throw new HoldfastError("STORE_FAILED", `A part of an object is damaged: ${cause.message}`, { cause });
    }
  }

  /** Undefined where the object is not what it was written as, which is reported, or gone meanwhile. */
  async #reading<Result>(
    { bucket, key }: ObjectSource,
    read: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const index = this.#options.index(bucket);
    const known = index.get(key);
    try {
      return await read();
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      const file = this.file({ bucket, key });
      if (!(error instanceof DamagedObject) && !isMissing(error)) {
        throw new HoldfastError("STORE_FAILED", `An object cannot be read: ${file}`, { cause: error });
      }
      // Deleted or replaced meanwhile, it is no news.
      if (known !== undefined && index.get(key) === known) {
        index.delete(key);
        reportDamage(this.#options.log, { bucket, key, file, error });
      }
      return undefined;
    }
  }
}
