import { checkObjectSize, defaultContentType } from "../model/bucket-limits.ts";
import type { ObjectFacts, ObjectPage, StoredObject } from "../ports/bucket-store.ts";
import { toJson } from "./json-data.ts";
import type { ResourceClient } from "./registered-app.ts";

/** Objects by key, as handlers and tests use them. */
export interface BucketClient {
  /** The object with this key, or undefined. */
  get(key: string): Promise<BucketObject | undefined>;
  /**
   * Stores text, bytes (an ArrayBuffer, a view of one, or a Blob), or anything else as JSON, in place of what was
   * there. Rejects with `RESOURCE_ARGUMENT_INVALID` for what JSON cannot hold, and with `OBJECT_TOO_LARGE` for more
   * than 16 MiB.
   */
  put(key: string, data: unknown, options?: PutOptions): Promise<BucketObjectFacts>;
  /** Whether there was such an object. */
  delete(key: string): Promise<boolean>;
  /** Resolves with how many of them there were. */
  deleteMany(keys: readonly string[]): Promise<number>;
  /** In the order of the keys. */
  list(options?: { readonly prefix?: string }): AsyncIterableIterator<BucketObjectFacts>;
}

export interface PutOptions {
  /** Told by the data unless given: text, JSON, bytes, or the type of a Blob. */
  readonly contentType?: string;
}

export interface BucketObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Changes when the contents do. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface BucketObject extends BucketObjectFacts {
  readonly bytes: Uint8Array;
  text(): string;
  json(): unknown;
}

export function createBucketClient(name: string, client: ResourceClient): BucketClient {
  const call = (operation: string, argument: unknown): Promise<unknown> =>
    client.call(`bucket:${name}`, operation, argument);
  return {
    async get(key) {
      const found = (await call("get", { key })) as StoredObject | null | undefined;
      return found ? toObject(found) : undefined;
    },
    async put(key, data, options = {}) {
      const { bytes, contentType } = await toBytes(data);
      checkObjectSize(bytes);
      const object = { bytes, contentType: options.contentType ?? contentType };
      return toFacts((await call("put", { key, ...object })) as ObjectFacts);
    },
    async delete(key) {
      return ((await call("delete", { keys: [key] })) as string[]).length > 0;
    },
    async deleteMany(keys) {
      return ((await call("delete", { keys })) as string[]).length;
    },
    list: (options) => listPages(call, options?.prefix),
  };
}

async function* listPages(
  call: (operation: string, argument: unknown) => Promise<unknown>,
  prefix: string | undefined,
): AsyncIterableIterator<BucketObjectFacts> {
  let after: string | undefined;
  do {
    const page = (await call("list", { prefix, after })) as ObjectPage;
    for (const facts of page.objects) yield toFacts(facts);
    after = page.next;
  } while (after !== undefined);
}

function toFacts({ key, sizeBytes, contentType, etag, modifiedAtMs }: ObjectFacts): BucketObjectFacts {
  return { key, sizeBytes, contentType, etag, modifiedAt: new Date(modifiedAtMs) };
}

function toObject(stored: StoredObject): BucketObject {
  const { bytes } = stored;
  const text = (): string => new TextDecoder().decode(bytes);
  return { ...toFacts(stored), bytes, text, json: () => JSON.parse(text()) };
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

async function toBytes(data: unknown): Promise<Encoded> {
  if (typeof data === "string") return { bytes: encode(data), contentType: "text/plain; charset=utf-8" };
  if (data instanceof Blob)
    return { bytes: new Uint8Array(await data.arrayBuffer()), contentType: data.type || defaultContentType };
  if (data instanceof ArrayBuffer) return { bytes: new Uint8Array(data), contentType: defaultContentType };
  if (ArrayBuffer.isView(data))
    return {
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      contentType: defaultContentType,
    };
  const json = toJson(data, { what: "what is put", code: "RESOURCE_ARGUMENT_INVALID" });
  return { bytes: encode(json), contentType: "application/json" };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
