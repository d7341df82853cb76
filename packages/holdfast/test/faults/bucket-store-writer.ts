/**
 * A process that puts and deletes until it is killed, and says after each acknowledgement which version of which key it
 * was: `node bucket-store-writer.ts <folder> <first version>`.
 */
import { writeSync } from "node:fs";

import { silentLog } from "../../src/base/log.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { bytesOfVersion, isDelete, writerKeys } from "./bucket-store-versions.ts";

const [folder = "", firstVersion = "0"] = process.argv.slice(2);
const store = await openFileBucketStore({ folder, log: silentLog });
await store.define(["b"]);

async function writeEndlessly(key: string): Promise<never> {
  for (let version = Number(firstVersion); ; version += 1) {
    if (isDelete(version)) await store.delete("b", [key]);
    else await store.put("b", key, { bytes: bytesOfVersion(key, version), contentType: `text/v${version}` });
    writeSync(1, `${key} ${version}\n`);
  }
}

await Promise.all(writerKeys.map(writeEndlessly));
