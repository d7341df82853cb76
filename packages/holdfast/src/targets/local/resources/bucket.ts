import { HoldfastError } from "../../../base/errors.ts";
import { checkObjectSize, maximumObjectBytes, objectTooLarge } from "../../../model/bucket-limits.ts";
import type { BucketStore } from "../../../ports/bucket-store.ts";
import { optional, toTexts, type Operations } from "./operations.ts";

export function bucketOperations(store: BucketStore, bucket: string): Operations {
  return {
    get: async ({ key }) => {
      const facts = await store.head(bucket, String(key));
      // What was put by S3's API may be larger than a message to a function.
      if (facts !== undefined && facts.sizeBytes > maximumObjectBytes)
        throw objectTooLarge(facts.sizeBytes, maximumObjectBytes);
      return store.get(bucket, String(key));
    },
    put: ({ key, bytes, contentType }) => {
      if (!(bytes instanceof Uint8Array))
        throw new HoldfastError("BUCKET_REQUEST_INVALID", "An object is made of bytes");
      checkObjectSize(bytes);
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
