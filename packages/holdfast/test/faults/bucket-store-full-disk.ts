/**
 * Run in a mount namespace of its own, with a folder to mount a small disk on: fills it, makes it read-only, and says
 * what became of the requests.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { memoryLog } from "../../src/base/log.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";

const [folder = ""] = process.argv.slice(2);
execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
const log = memoryLog();
const store = await openFileBucketStore({ folder, log });
await store.define(["b"]);

const codeOf = async (request: Promise<unknown>): Promise<string> => {
  try {
    await request;
    return "done";
  } catch (error) {
    return String((error as { readonly code?: unknown }).code);
  }
};
const put = (key: string, text: string, size: number): Promise<string> =>
  codeOf(store.put("b", key, { bytes: Buffer.alloc(size, text) }));
const show = async (key: string): Promise<string | undefined> => {
  const object = await store.get("b", key);
  return object === undefined
    ? undefined
    : `${object.sizeBytes} ${String.fromCharCode(object.bytes[0] ?? 0)}`;
};

const small = await put("small", "s", 1_000);
const large = await put("large", "l", 600_000);
const full = [await put("more", "m", 600_000), await put("large", "n", 700_000)];
const afterFull = [await show("small"), await show("large"), await show("more")];
const unfinished = readdirSync(join(folder, "unfinished")).length;
const deleted = await codeOf(store.delete("b", ["large"]));
const again = await put("more", "m", 600_000);
execFileSync("mount", ["-o", "remount,ro", folder]);
const readOnly = [
  await put("small", "x", 10),
  await codeOf(store.delete("b", ["small"])),
  await codeOf(store.define(["c"])),
];
const opened = await codeOf(openFileBucketStore({ folder, log }));
const afterReadOnly = await show("small");
console.log(
  JSON.stringify({
    small,
    large,
    full,
    afterFull,
    unfinished,
    deleted,
    again,
    readOnly,
    opened,
    afterReadOnly,
    reports: log.entries.length,
  }),
);
