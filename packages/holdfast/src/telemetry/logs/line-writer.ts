import { once } from "node:events";
import type { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";

export interface LineWriterOptions {
  readonly output: Writable;
  readonly clock: Clock;
  /** The line that tells how many could not be written. */
  readonly toDroppedLine: (count: number) => string;
  readonly limits?: Partial<LineWriterLimits>;
}

export interface LineWriterLimits {
  /** Of the lines that wait for an output that is not read, in UTF-16 units. More are dropped. */
  readonly queuedUnits: number;
  /** How long closing waits for them, in milliseconds. */
  readonly closeMs: number;
}

const defaultLimits: LineWriterLimits = { queuedUnits: 4 * 1024 * 1024, closeMs: 2_000 };

/**
 * Writes lines to an output that may block, as a pipe does that nobody reads. Whoever writes never waits: what the
 * output does not take is kept within a bound, and above it dropped and counted.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #limits: LineWriterLimits;
  #queue: string[] = [];
  #queuedUnits = 0;
  #droppedCount = 0;
  #flushing: Promise<void> | undefined;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** Whether a line would be dropped, so that nobody makes it. */
  get isFull(): boolean {
    return this.#queuedUnits >= this.#limits.queuedUnits;
  }

  /** A line that was not made because there is no room. */
  drop(): void {
    this.#droppedCount += 1;
  }

  /** Without the line break at its end. */
  write(line: string): void {
    if (this.isFull) {
      this.drop();
      return;
    }
    this.#queue.push(line);
    this.#queuedUnits += line.length + 1;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
  }

  /** Waits until all is written, though not for ever. */
  async close(): Promise<void> {
    const flushing = this.#flushing;
    if (flushing === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(this.#limits.closeMs, resolve);
    await Promise.race([flushing, promise]);
    timer.cancel();
  }

  async #flush(): Promise<void> {
    const { output, toDroppedLine } = this.#options;
    // The lines of one turn leave together.
    await setImmediate();
    while (this.#queue.length > 0 && output.writable) {
      const lines = this.#queue;
      this.#queue = [];
      this.#queuedUnits = 0;
      if (this.#droppedCount > 0) lines.push(toDroppedLine(this.#droppedCount));
      this.#droppedCount = 0;
      // An output whose reader has gone gives an error, which is for whoever made the stream to notice.
      if (!output.write(`${lines.join("\n")}\n`)) await drained(output);
    }
  }
}

async function drained(output: Writable): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const ends = ["drain", "close", "error"].map((event) => once(output, event, { signal }).catch(() => {}));
  await Promise.race(ends);
  over.abort();
}
