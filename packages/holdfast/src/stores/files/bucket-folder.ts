import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, type Dirent } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { ObjectFacts } from "../../ports/bucket-store.ts";
import {
  DamagedObject,
  decodeHead,
  factsOf,
  headLength,
  usualHeadBytes,
  type Header,
  type ObjectHeader,
} from "./object-file.ts";
import { ObjectIndex } from "./object-index.ts";

/**
 * Where things are. Below the store's folder, a bucket is `bucket-<name>` with each capital letter as `=` and the small
 * one, since some disks do not tell them apart, and an object in it is the SHA-256 of its key: of one length, told apart
 * by every byte, and never a path. Uploads are folders in the bucket's folder `uploads`, each part of one a file there.
 * What is being written is in `unfinished`.
 */
const bucketPrefix = "bucket-";
const unfinishedName = "unfinished";
/** Files whose beginnings are read in one turn of the event loop, at start: about 5 ms. */
const readFilesPerTurn = 256;

export function bucketFolder(folder: string, bucket: string): string {
  return join(folder, bucketPrefix + bucket.replaceAll(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`));
}

export function unfinishedFolder(folder: string): string {
  return join(folder, unfinishedName);
}

export function uploadsFolder(folder: string, bucket: string): string {
  return join(bucketFolder(folder, bucket), "uploads");
}

export function objectFileName(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** Removes what a process that was killed left half written, and finds the buckets with what their files say. */
export async function readBuckets(folder: string, log: Log): Promise<Map<string, ObjectIndex>> {
  await rm(unfinishedFolder(folder), { recursive: true, force: true });
  await mkdir(unfinishedFolder(folder), { recursive: true });
  const buckets = new Map<string, ObjectIndex>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const bucket = bucketOf(entry);
    if (bucket !== undefined) buckets.set(bucket, new ObjectIndex(await readObjects(folder, bucket, log)));
  }
  return buckets;
}

export function reportDamage(
  log: Log,
  about: { readonly bucket: string; readonly file: string; readonly error: unknown; readonly key?: string },
): void {
  const why = toError(about.error).message;
  const what = about.key === undefined ? "An object" : `The object ${JSON.stringify(about.key)}`;
  log("error", "bucket.object-damaged", {
    message: `${what} of bucket ${about.bucket} is not as it was stored and counts as absent: ${about.file}: ${why}`,
    ...about,
  });
}

function bucketOf(entry: Dirent): string | undefined {
  if (!entry.isDirectory() || !entry.name.startsWith(bucketPrefix)) return undefined;
  return entry.name
    .slice(bucketPrefix.length)
    .replaceAll(/=([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Read one after the other and without waiting: at start nothing else runs, and that is several times as fast. */
async function readObjects(folder: string, bucket: string, log: Log): Promise<readonly ObjectFacts[]> {
  const buffer = Buffer.alloc(usualHeadBytes);
  const found: ObjectFacts[] = [];
  const names = await readdir(bucketFolder(folder, bucket));
  for (const [at, name] of names.entries()) {
    if (at % readFilesPerTurn === 0) await setImmediate();
    // Others' files, such as a file manager's, are none of ours.
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const file = join(bucketFolder(folder, bucket), name);
    try {
      found.push(readFacts(file, name, buffer));
    } catch (error) {
      reportDamage(log, { bucket, file, error });
    }
  }
  return found;
}

function readFacts(file: string, name: string, buffer: Buffer): ObjectFacts {
  const facts = factsOf(readHeader<ObjectHeader>(file, buffer));
  if (objectFileName(facts.key) !== name) {
    throw new DamagedObject(`its name is not that of ${JSON.stringify(facts.key)}`);
  }
  return facts;
}

/** Without waiting. Throws `DamagedObject`. */
export function readHeader<Kind extends Header>(file: string, buffer: Buffer): Kind {
  const descriptor = openSync(file, "r");
  try {
    const fileBytes = fstatSync(descriptor).size;
    const beginning = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
    const length = headLength(beginning);
    if (length <= beginning.length) return decodeHead<Kind>(beginning, fileBytes).header;
    const longer = Buffer.alloc(length);
    const read = readSync(descriptor, longer, 0, length, 0);
    return decodeHead<Kind>(longer.subarray(0, read), fileBytes).header;
  } finally {
    closeSync(descriptor);
  }
}
