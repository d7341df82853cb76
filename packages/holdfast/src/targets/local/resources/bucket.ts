import { HoldfastError } from "../../../base/errors.ts";
import type { BucketStore } from "../../../ports/bucket-store.ts";
import { optional, toTexts, type Operations } from "./operations.ts";

export function bucketOperations(store: BucketStore, bucket: string): Operations {
  return {
    get: ({ key }) => store.get(bucket, String(key)),
    put: ({ key, bytes, contentType }) => {
      if (!(bytes instanceof Uint8Array))
        throw new HoldfastError("BUCKET_REQUEST_INVALID", "An object is made of bytes");
      return store.put(bucket, String(key), { bytes, ...optional("contentType", toText(contentType)) });
    },
    delete: ({ keys }) => store.delete(bucket, toTexts(keys)),
    list: ({ prefix, after }) =>
      store.list(bucket, { ...optional("prefix", toText(prefix)), ...optional("after", toText(after)) }),
  };
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
