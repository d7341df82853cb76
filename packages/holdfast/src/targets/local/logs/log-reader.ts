import { open } from "node:fs/promises";
import path from "node:path";
import { setTimeout as elapse } from "node:timers/promises";
import type { LogLine } from "../../../base/log-line.ts";
import { listLogFiles } from "./log-folder.ts";

/** How often files are looked at, in milliseconds. Watching them would end when the folder is removed. */
const pollMs = 200;

/** What was kept in a folder, from the oldest on. */
export async function* readLog(folder: string): AsyncGenerator<LogLine> {
  yield* new LogTail(folder).read();
}

/** What was kept, and then what comes, until the signal: from the next runs of the app, too. */
export async function* followLog(folder: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  const tail = new LogTail(folder);
  while (!signal.aborted) {
    yield* tail.read();
    // Cut short by the signal.
    await elapse(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** A place in a folder's files. */
class LogTail {
  readonly #folder: string;
  #file = "";
  #offset = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The lines from here to the end. */
  async *read(): AsyncGenerator<LogLine> {
    const names = await listLogFiles(this.#folder);
    for (const name of names.slice(Math.max(0, this.#indexIn(names)))) {
      if (name !== this.#file) [this.#file, this.#offset] = [name, 0];
      const bytes = await readFrom(path.join(this.#folder, name), this.#offset);
      // A line that is not whole yet waits for the next time.
      const end = bytes.lastIndexOf("\n") + 1;
      this.#offset += end;
      for (const text of bytes.subarray(0, end).toString().split("\n")) {
        const line = parse(text);
        if (line !== undefined) yield line;
      }
    }
  }

  /** Of the first file that may have something new. Before all when the folder was removed and the clock set back. */
  #indexIn(names: readonly string[]): number {
    return names.findIndex((name) => name >= this.#file);
  }
}

/** Nothing of a file that has gone by now. */
async function readFrom(file: string, offset: number): Promise<Buffer> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const length = Math.max(0, (await handle.stat()).size - offset);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Undefined for what a killed process left half-written. */
function parse(text: string): LogLine | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const line = JSON.parse(text) as LogLine;
    return typeof line.time === "string" && typeof line.event === "string" ? line : undefined;
  } catch {
    return undefined;
  }
}
