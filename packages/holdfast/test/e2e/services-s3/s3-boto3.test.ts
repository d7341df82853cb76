import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { hasBoto3 } from "../../setup/python.ts";
import { startS3 } from "./s3-server.ts";

type Results = Record<string, unknown>;

const script = fileURLToPath(new URL("s3-calls.py", import.meta.url));
const has = (name: string): boolean => {
  const isThere = spawnSync("python3", ["-c", `import ${name}`]).status === 0;
  if (!isThere) console.warn(`Tests with ${name} are skipped: python3 does not have it`);
  return isThere;
};
/** Older ones know neither conditional writes nor all checksums. */
const isNewBoto3There = hasBoto3(36);
if (!isNewBoto3There) console.warn("Tests with boto3 are skipped: python3 does not have 1.36 or newer");
const hasMoto = isNewBoto3There && has("moto");

async function run(endpoint: string): Promise<Results> {
  const { stdout } = await promisify(execFile)("python3", [script, endpoint], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Results;
}

test.skipIf(!isNewBoto3There)("boto3 does all that it does with S3", async () => {
  const server = await startS3();
  const results = await run(server.url);
  const codes = Object.entries(results).flatMap(([title, result]) =>
    Array.isArray(result) && typeof result[1] === "string" && typeof result[0] === "number"
      ? [`${title}: ${result.join(" ")}`]
      : [],
  );
  expect(codes).toEqual([
    "list_objects of no bucket: 404 NoSuchBucket",
    "list_objects_v2 of no bucket: 404 NoSuchBucket",
    "get beyond: 416 InvalidRange",
    "get none: 404 NoSuchKey",
    "get of no bucket: 404 NoSuchBucket",
    "head none: 404 404",
    "get unmodified: 412 PreconditionFailed",
    "put there: 412 PreconditionFailed",
    "copy none: 404 NoSuchKey",
    "copy to itself: 400 InvalidRequest",
    "get tags of none: 404 NoSuchKey",
    "abort none: 404 NoSuchUpload",
    "list parts of none: 404 NoSuchUpload",
    "policy: 404 NoSuchBucketPolicy",
    "cors: 404 NoSuchCORSConfiguration",
    "lifecycle: 404 NoSuchLifecycleConfiguration",
    "bucket tags: 404 NoSuchTagSet",
    "website: 404 NoSuchWebsiteConfiguration",
    "head no bucket: 404 404",
    "create again: 409 BucketAlreadyOwnedByYou",
    "complete small: 400 EntityTooSmall",
    "complete out of order: 400 InvalidPartOrder",
  ]);
  expect(results.large).toEqual([true, "video/x"]);
  expect(results.copied).toBe(20 * 1024 * 1024 + 3);
  expect(await (await fetch(String(results.presigned))).text()).toBe("small");
});

/** Where moto says something else. */
const differences: readonly string[] = [
  // It leaves empty prefixes and markers out, which are documented to be there,
  "list_objects",
  "list_objects with delimiter",
  "list_objects below",
  // and its next marker, which is not a key, too, so that nothing could be read on from it.
  "list_objects of a page",
  // It counts only keys, not what they have in common; both count, as is documented.
  "list_objects of a page with delimiter",
  "list_objects of none",
  "list_objects of nothing",
  // It leaves out what is common to keys behind the one it begins at, if that has it in common, too. Not known of S3.
  "list after below",
  "list from marker",
  // It looks at the sizes of parts first, whatever their order.
  "complete out of order",
  // It says there is a version where there are none.
  "complete",
];

test.skipIf(!hasMoto)("boto3 is told what moto tells it", async () => {
  const [ours, motos] = await Promise.all([startS3().then(({ url }) => run(url)), run("moto")]);
  const different = Object.keys(motos).filter(
    (title) =>
      title !== "presigned" && JSON.stringify(sorted(ours[title])) !== JSON.stringify(sorted(motos[title])),
  );
  const shown = different
    .filter((title) => !differences.includes(title))
    .map((title) => ({ title, ours: ours[title], moto: motos[title] }));
  expect(shown).toEqual([]);
  expect(different).toEqual(differences);
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
