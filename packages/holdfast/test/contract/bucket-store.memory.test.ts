import { describeBucketStore } from "./bucket-store.ts";
import { describeBucketStoreProperties } from "./bucket-store-properties.ts";
import { openMemory } from "./bucket-store-fixture.ts";

describeBucketStore("the bucket store in memory", openMemory);
describeBucketStoreProperties("the bucket store in memory", openMemory);
