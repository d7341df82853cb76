import { describeBucketStore } from "./bucket-store.ts";
import { describeBucketStoreProperties } from "./bucket-store-properties.ts";
import { openFiles } from "./bucket-store-fixture.ts";

describeBucketStore("the bucket store of files", openFiles);
describeBucketStoreProperties("the bucket store of files", openFiles);
