/**
 * A process that puts and deletes until it is killed, and says after each acknowledgement which version of which key it
 * was: `node bucket-store-writer.ts <folder> <first version>`.
 */
import { writeSync } from "node:fs";

import { silentLog } from "../../src/base/log.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { bytesOfVersion, isDelete, isInParts, writerKeys } from "./bucket-store-versions.ts";

const [folder = "", firstVersion = "0"] = process.argv.slice(2);
const store = await openFileBucketStore({ folder, log: silentLog });
await store.define(["b"]);

async function writeEndlessly(key: string): Promise<never> {
  for (let version = Number(firstVersion); ; version += 1) {
    const object = { bytes: bytesOfVersion(key, version), contentType: `text/v${version}` };
    if (isDelete(version)) await store.delete("b", [key]);
    else if (isInParts(version)) await upload(key, object);
    else await store.put("b", key, object);
    writeSync(1, `${key} ${version}\n`);
  }
}

async function upload(
  key: string,
  { bytes, contentType }: { readonly bytes: Uint8Array; readonly contentType: string },
): Promise<void> {
  const uploadId = await store.createUpload("b", key, { contentType });
  const part = await store.putPart("b", uploadId, { partNumber: 1, bytes });
  await store.completeUpload("b", uploadId, { parts: part === undefined ? [] : [part] });
}

/** Parts of one upload, each acknowledged. */
async function writeParts(): Promise<never> {
  const uploadId = await store.createUpload("b", "parts", {});
  for (let at = 1; ; at += 1) {
    await store.putPart("b", uploadId, { partNumber: 1 + (at % 100), bytes: bytesOfVersion("part", at) });
    writeSync(1, `parts/${uploadId} ${at}\n`);
  }
}

await Promise.all([...writerKeys.map(writeEndlessly), writeParts()]);
