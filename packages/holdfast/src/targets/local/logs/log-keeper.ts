import { appendFile, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { toError } from "../../../base/errors.ts";
import { toLogLine, type LogLine } from "../../../base/log-line.ts";
import type { Log, LogEntry } from "../../../base/log.ts";
import { listLogFiles, nextLogFile } from "./log-folder.ts";

export interface LogKeeperOptions {
  /** Is told everything at once, and what goes wrong with the keeping. */
  readonly log: Log;
  readonly clock: Clock;
  readonly limits?: Partial<LogKeeperLimits>;
}

export interface LogKeeperLimits {
  readonly fileBytes: number;
  /** The oldest go when there are more. */
  readonly files: number;
  /** Of the messages that wait to be written, in UTF-16 units. More are dropped. */
  readonly queuedUnits: number;
  /** What is longer is cut, in UTF-16 units. */
  readonly messageUnits: number;
  /** How long lines are gathered before they are written, in milliseconds. */
  readonly gatherMs: number;
}

const defaultLimits: LogKeeperLimits = {
  fileBytes: 1024 * 1024,
  files: 8,
  queuedUnits: 4 * 1024 * 1024,
  messageUnits: 64 * 1024,
  gatherMs: 50,
};

/** What an entry counts for besides its message. */
const entryUnits = 256;
/** How much is made into text in one turn of the event loop. */
const batchUnits = 256 * 1024;

/**
 * A log that passes everything on and also keeps it in files, within bounds. Whoever logs never waits: entries are made
 * into text and written later, a few at a time. What cannot be written is dropped, with one warning.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #limits: LogKeeperLimits;
  #queue: (LogEntry & { readonly atMs: number })[] = [];
  #queuedUnits = 0;
  #droppedCount = 0;
  #folder: string | undefined;
  #file: { readonly name: string; readonly bytes: number } | undefined;
  /** Whether the file may end in half a line: that of a run that was killed, or of a full disk. */
  #isTorn = true;
  #hasWarned = false;
  #writing: Promise<void> | undefined;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  readonly log: Log = (level, event, fields = {}) => {
    this.#options.log(level, event, fields);
    this.keep(level, event, fields);
  };

  /** Keeps an entry without passing it on. */
  readonly keep: Log = (level, event, fields = {}) => {
    if (level === "debug") return;
    const units = unitsOf({ level, event, fields });
    if (this.#queuedUnits + units > this.#limits.queuedUnits) {
      this.#droppedCount += 1;
      return;
    }
    this.#queuedUnits += units;
    this.#queue.push({ level, event, fields, atMs: this.#options.clock.now() });
    this.#schedule();
  };

  /** From now on entries are written there; those of before as well. */
  open(folder: string): void {
    this.#folder = folder;
    this.#schedule();
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    // Each entry that waits has a writing under way; a further one may begin while it ends.
    while (this.#writing !== undefined) await this.#writing;
    this.#folder = undefined;
  }

  #schedule(): void {
    const folder = this.#folder;
    if (folder === undefined || this.#writing !== undefined || this.#queue.length === 0) return;
    this.#writing = new Promise<void>((resolve) => {
      // A real timer: the clock of the app may be held still.
      setTimeout(resolve, this.#limits.gatherMs);
    })
      .then(() => this.#writeAll(folder))
      .finally(() => {
        this.#writing = undefined;
        this.#schedule();
      });
  }

  async #writeAll(folder: string): Promise<void> {
    while (this.#queue.length > 0) {
      try {
        await this.#write(folder, this.#nextBatch());
      } catch (error) {
        this.#isTorn = true;
        this.#warn(toError(error));
      }
    }
  }

  #nextBatch(): string {
    const lines: string[] = [];
    let units = 0;
    let taken = 0;
    for (const entry of this.#queue) {
      if (units > batchUnits) break;
      taken += 1;
      units += unitsOf(entry);
      lines.push(this.#toText(entry));
    }
    this.#queue = this.#queue.slice(taken);
    this.#queuedUnits -= units;
    if (this.#droppedCount > 0) {
      const message = `${this.#droppedCount} log lines came too fast and were not kept`;
      const fields = { message };
      lines.push(
        this.#toText({ level: "warn", event: "log-dropped", fields, atMs: this.#options.clock.now() }),
      );
      this.#droppedCount = 0;
    }
    return lines.join("");
  }

  #toText({ level, event, fields, atMs }: LogEntry & { readonly atMs: number }): string {
    const { messageUnits } = this.#limits;
    const { message = "" } = fields;
    const cut = message.length > messageUnits ? { message: `${message.slice(0, messageUnits)} … (cut)` } : {};
    return `${toJson(toLogLine(level, event, { ...fields, ...cut }, atMs))}\n`;
  }

  async #write(folder: string, lines: string): Promise<void> {
    const text = this.#isTorn ? `\n${lines}` : lines;
    const bytes = Buffer.byteLength(text);
    const file = await this.#fileFor(folder, bytes);
    // The folder goes when another start forgets the data.
    await mkdir(folder, { recursive: true });
    await appendFile(path.join(folder, file.name), text);
    this.#file = { name: file.name, bytes: file.bytes + bytes };
    this.#isTorn = false;
  }

  /** The file that is written to, or the next one when it is full. */
  async #fileFor(folder: string, bytes: number): Promise<{ readonly name: string; readonly bytes: number }> {
    const names = await listLogFiles(folder);
    const file = this.#file ?? (await latest(folder, names));
    if (file !== undefined && (file.bytes === 0 || file.bytes + bytes <= this.#limits.fileBytes)) return file;
    for (const name of names.slice(0, Math.max(0, names.length - this.#limits.files + 1)))
      await rm(path.join(folder, name), { force: true });
    return { name: nextLogFile(names.at(-1), this.#options.clock.now()), bytes: 0 };
  }

  #warn(error: Error): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log("warn", "log-not-kept", {
      message: `The log cannot be kept for \`holdfast logs\`, and lines are dropped: ${error.message}`,
    });
  }
}

async function latest(
  folder: string,
  names: readonly string[],
): Promise<{ name: string; bytes: number } | undefined> {
  const name = names.at(-1);
  return name === undefined ? undefined : { name, bytes: (await stat(path.join(folder, name))).size };
}

function unitsOf({ fields }: LogEntry): number {
  return entryUnits + (fields.message?.length ?? 0);
}

/** A log must not fail for what somebody logged: a cycle, or a BigInt. */
function toJson(line: LogLine): string {
  try {
    return JSON.stringify(line);
  } catch {
    const { event, level, time, message } = line;
    return JSON.stringify({ event, level, time, message });
  }
}
