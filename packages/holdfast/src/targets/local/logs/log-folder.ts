import { readdir } from "node:fs/promises";
import path from "node:path";

/** Where a stage's log lines lie, below `.holdfast`. */
export function logFolder(stateDir: string, stage: string): string {
  return path.join(stateDir, stage, "logs");
}

/**
 * The names of a folder's files, from the oldest on; none where there is no folder. A name is the time it was begun
 * at, in milliseconds since 1970, so that a folder that was removed and made anew goes on behind the old one.
 */
export async function listLogFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{15}\.jsonl$/.test(name)).toSorted();
}

/** The name of the file after `last`. */
export function nextLogFile(last: string | undefined, nowMs: number): string {
  const startMs = last === undefined ? nowMs : Math.max(nowMs, Number.parseInt(last, 10) + 1);
  return `${String(startMs).padStart(15, "0")}.jsonl`;
}
