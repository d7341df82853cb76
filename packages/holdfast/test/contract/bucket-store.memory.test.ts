import { describeBucketStore } from "./bucket-store.ts";
import { describeBucketStoreObjects } from "./bucket-store-objects.ts";
import { describeBucketStoreProperties } from "./bucket-store-properties.ts";
import { describeBucketStoreUploads } from "./bucket-store-uploads.ts";
import { openMemory } from "./bucket-store-fixture.ts";

describeBucketStore("the bucket store in memory", openMemory);
describeBucketStoreProperties("the bucket store in memory", openMemory);
describeBucketStoreObjects("the bucket store in memory", openMemory);
describeBucketStoreUploads("the bucket store in memory", openMemory);
