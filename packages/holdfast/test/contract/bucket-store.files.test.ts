import { describeBucketStore } from "./bucket-store.ts";
import { describeBucketStoreObjects } from "./bucket-store-objects.ts";
import { describeBucketStoreProperties } from "./bucket-store-properties.ts";
import { describeBucketStoreUploads } from "./bucket-store-uploads.ts";
import { openFiles } from "./bucket-store-fixture.ts";

describeBucketStore("the bucket store of files", openFiles);
describeBucketStoreProperties("the bucket store of files", openFiles);
describeBucketStoreObjects("the bucket store of files", openFiles);
describeBucketStoreUploads("the bucket store of files", openFiles);
