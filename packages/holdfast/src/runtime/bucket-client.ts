import type { ObjectFacts, ObjectPage, StoredObject } from "../ports/bucket-store.ts";
import type { ResourceClient } from "./registered-app.ts";

/** Objects by key, as handlers and tests use them. */
export interface BucketClient {
  /** The object with this key, or undefined. */
  get(key: string): Promise<BucketObject | undefined>;
  /** Stores text, bytes, or anything else as JSON, in place of what was there. */
  put(key: string, data: unknown, options?: PutOptions): Promise<BucketObjectFacts>;
  /** Whether there was such an object. */
  delete(key: string): Promise<boolean>;
  /** Resolves with how many of them there were. */
  deleteMany(keys: readonly string[]): Promise<number>;
  /** In the order of the keys. */
  list(options?: { readonly prefix?: string }): AsyncIterableIterator<BucketObjectFacts>;
}

export interface PutOptions {
  /** Told by the data unless given: text, JSON or bytes. */
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
      const { bytes, contentType } = toBytes(data);
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

function toBytes(data: unknown): { bytes: Uint8Array; contentType: string } {
  if (data instanceof Uint8Array) return { bytes: data, contentType: "application/octet-stream" };
  const encoder = new TextEncoder();
  if (typeof data === "string")
    return { bytes: encoder.encode(data), contentType: "text/plain; charset=utf-8" };
  return { bytes: encoder.encode(JSON.stringify(data) ?? "null"), contentType: "application/json" };
}
