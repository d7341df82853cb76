import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { BoundedCache } from "./bounded-cache.ts";
import { isAbsence, versionOf, type FoundFile } from "./find-file.ts";

export type Encoding = "br" | "gzip";

/** Below it, compression saves no packet. */
const minimumBytes = 1024;
/** A larger file is sent as it is: it would have to be held in memory. */
const maximumBytes = 8 * 1024 * 1024;
const maximumCacheBytes = 64 * 1024 * 1024;
const maximumConcurrent = 2;
/** What an entry of the cache costs beside its bytes. */
const entryBytes = 256;

const textLike =
  /^text\/|^application\/(?:javascript|json|xml|wasm|vnd\.ms-fontobject)\b|\+(?:json|xml|text)\b|^font\/(?:ttf|otf)$|^image\/(?:bmp|x-icon|vnd\.microsoft\.icon)$/;

/** Whether answers of this kind depend on Accept-Encoding. */
export function isCompressible(contentType: string, { size }: FoundFile): boolean {
  return size >= minimumBytes && size <= maximumBytes && textLike.test(contentType);
}

/** The best coding that the header accepts; undefined when the bytes should go as they are. */
export function chooseEncoding(header: string | undefined): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith("q="))?.slice(2) ?? "1";
    weights.set(coding, Number(weight) || 0);
  }
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get("*") ?? 0;
  const [br, plainGzip] = [weightOf("br"), weightOf("gzip")];
  const best = Math.max(br, plainGzip);
  if (best === 0 || best < (weights.get("identity") ?? 0)) return undefined;
  return br === best ? "br" : "gzip";
}

/** Compresses whole files, and keeps what was asked for last. */
export class Compressor {
  readonly #done = new BoundedCache<{ readonly bytes: Buffer | undefined }>(maximumCacheBytes);
  readonly #underWay = new Map<string, Promise<Buffer | undefined>>();

  /** Undefined when the file is better sent as it is: it shrinks not, has just changed, or too much is under way. */
  async compress(file: FoundFile, encoding: Encoding): Promise<Buffer | undefined> {
    const key = `${encoding} ${file.version} ${file.path}`;
    const done = this.#done.get(key);
    if (done !== undefined) return done.bytes;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#underWay.size >= maximumConcurrent) return undefined;
    const computing = this.#compute(key, file, encoding);
    this.#underWay.set(key, computing);
    try {
      return await computing;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #compute(key: string, file: FoundFile, encoding: Encoding): Promise<Buffer | undefined> {
    const original = await readUnchanged(file);
    if (original === undefined) return undefined;
    const compressed = await (encoding === "br" ? compressBrotli(original) : compressGzip(original));
    const bytes = compressed.length < original.length ? compressed : undefined;
    this.#done.set(key, { bytes }, (bytes?.length ?? 0) + entryBytes);
    return bytes;
  }
}

async function readUnchanged({ path, version, size }: FoundFile): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path);
    const isSame = bytes.length === size && versionOf(await stat(path)) === version;
    return isSame ? bytes : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

const compressGzip = promisify<Buffer, Buffer>(gzip);

function compressBrotli(bytes: Buffer): Promise<Buffer> {
  // The highest quality takes fifty times as long for a few percent.
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return new Promise((resolve, reject) => {
    brotliCompress(bytes, { params }, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
