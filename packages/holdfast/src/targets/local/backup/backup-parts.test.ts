import { expect, it } from "vitest";
import { isBackupPath } from "./backup-parts.ts";

it.each(["tables.db", "queues.db", "buckets/bucket-a/0f", "function-code/f/a/b.js", "log-groups/1.jsonl"])(
  "a backup may hold %s",
  (name) => {
    expect(isBackupPath(name)).toBe(true);
  },
);

it.each([
  "",
  "/etc/passwd",
  "../tables.db",
  "buckets/../../x",
  "buckets//x",
  "buckets/./x",
  String.raw`buckets\..\x`,
  "buckets/x\0",
  "logs/1.jsonl",
  "tables.db-wal",
])("but not %j", (name) => {
  expect(isBackupPath(name)).toBe(false);
});
