import type { EventSource, Table } from "../../../model/app-model.ts";
import { toAwsStreamRecord, type StreamRecord } from "../../../model/aws-stream-event.ts";
import { changeKeptMs } from "../../../model/change-journal.ts";
import { createEventFilter, parseEventPattern, type EventFilter } from "../../../model/event-filter.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import type { Change } from "../../../model/table-request.ts";
import { failedOf } from "../queue-pollers/batch-failures.ts";
import { StreamReader } from "./stream-reader.ts";
import type { StreamSurroundings } from "./stream-surroundings.ts";

export type TableEventSource = EventSource & { readonly source: { readonly kind: "table" } };

/** Of the items of an invocation: Lambda's bound is 6 MB, of the whole event. */
const batchBytes = 3_000_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

interface Entry {
  readonly change: Change;
  readonly record: StreamRecord;
}

/** Feeds one function from one table's stream: one batch after another, so that changes keep their order. */
export class StreamPoller {
  readonly #options: StreamSurroundings;
  readonly #table: Table & { readonly stream: NonNullable<Table["stream"]> };
  readonly #source: TableEventSource;
  readonly #filters: readonly EventFilter[];
  readonly #reader: StreamReader;
  readonly #onMoved: () => Promise<void>;
  readonly #stop = new AbortController();
  readonly #opened: Promise<void>;
  readonly #loop: Promise<void>;
  #news = Promise.withResolvers<void>();

  /** `before`: what it waits for. `onMoved` is called when the function is done with more. Throws `EventPatternError`. */
  constructor(
    options: StreamSurroundings,
    table: Table & { readonly stream: NonNullable<Table["stream"]> },
    source: TableEventSource,
    { before, onMoved }: { readonly before: Promise<unknown>; readonly onMoved: () => Promise<void> },
  ) {
    this.#options = options;
    this.#table = table;
    this.#source = source;
    this.#filters = source.filters.map((text) => createEventFilter(parseEventPattern(text)));
    this.#reader = new StreamReader(options.tables, table.name, source.function);
    this.#onMoved = onMoved;
    this.#opened = before.then(() => this.#open());
    this.#loop = this.#opened.then(() => this.#poll());
  }

  get table(): string {
    return this.#table.name;
  }

  get reader(): StreamReader {
    return this.#reader;
  }

  /** Resolves once what is written from now on will come. */
  opened(): Promise<void> {
    return this.#opened;
  }

  /** The table has changed. */
  wake(): void {
    this.#news.resolve();
  }

  /** Resolves once the function that runs has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#loop;
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #open(): Promise<void> {
    while (!this.#isStopped) {
      try {
        return await this.#reader.open(this.#source.source.from);
      } catch (error) {
        this.#noteUnread(error);
        await this.#pause(firstPauseMs);
      }
    }
  }

  async #poll(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const changes = await this.#gather();
        if (changes.length > 0 && !this.#isStopped) await this.#feed(changes);
      } catch (error) {
        if (this.#isStopped) return;
        this.#noteUnread(error);
        await this.#pause(firstPauseMs);
      }
    }
  }

  /** Waits for a first change and, as long as the window is open, for as many as make a batch. */
  async #gather(): Promise<readonly Change[]> {
    const { batchSize, windowMs } = this.#source;
    const batch: Change[] = [];
    let bytes = 0;
    let end: Promise<void> | undefined;
    let isOver = windowMs === 0;
    while (!this.#isStopped) {
      // Before it looks: what comes after is news.
      this.#news = Promise.withResolvers();
      const more = await this.#reader.next(batchSize - batch.length, batch.at(-1)?.sequence);
      for (const change of more) {
        bytes += sizeOf(change);
        if (batch.length > 0 && bytes > batchBytes) return batch;
        batch.push(change);
      }
      if (batch.length >= batchSize || (batch.length > 0 && isOver && more.length === 0)) return batch;
      if (more.length > 0) continue;
      if (batch.length > 0) end ??= this.#pause(windowMs).then(() => void (isOver = true));
      await Promise.race([this.#news.promise, ...(end === undefined ? [] : [end])]);
    }
    return [];
  }

  async #feed(changes: readonly Change[]): Promise<void> {
    const { region, accountId } = this.#options.place;
    const source = { table: this.#table.name, stream: this.#table.stream, region, accountId };
    const entries = changes
      .map((change): Entry => ({ change, record: toAwsStreamRecord(change, source) }))
      .filter(({ record }) => this.#filters.length === 0 || this.#filters.some((fits) => fits(record)));
    const isDone = entries.length === 0 || (await this.#process(entries));
    if (isDone) await this.#finish(changes);
  }

  /** Runs the function until it is done with all of these, or they are given up; false when it is to stop meanwhile. */
  async #process(entries: readonly Entry[]): Promise<boolean> {
    let left = entries;
    for (let tries = 1; ; tries += 1) {
      const { failedFrom, error } = await this.#run(left);
      if (failedFrom === undefined) return true;
      await this.#finish(changesOf(left.slice(0, failedFrom)));
      left = left.slice(failedFrom);
      if (this.#isStopped) return false;
      if (this.#source.bisects && left.length > 1) {
        const middle = Math.ceil(left.length / 2);
        const [first, second] = [left.slice(0, middle), left.slice(middle)];
        if (!(await this.#process(first))) return false;
        await this.#finish(changesOf(first));
        return this.#process(second);
      }
      if (tries > (this.#source.maximumRetries ?? Infinity) || this.#areTooOld(left)) {
        this.#noteGivenUp(left, tries, error);
        return true;
      }
      this.#noteFailure(left, error);
      await this.#pause(Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs));
      if (this.#isStopped) return false;
    }
  }

  /** Where the first record is that the function is not done with; undefined when it is done with all. */
  async #run(entries: readonly Entry[]): Promise<{ readonly failedFrom?: number; readonly error?: unknown }> {
    const { function: name, partialFailures } = this.#source;
    const Records = entries.map(({ record }) => record);
    try {
      const answer = await this.#options.run(name, "table", `table ${this.#table.name}`, { Records });
      if (!partialFailures) return {};
      const ids = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      const failed = failedOf(answer, new Set(ids));
      if (failed === "all") return { failedFrom: 0 };
      const failedFrom = ids.findIndex((id) => failed.has(id));
      return failedFrom === -1 ? {} : { failedFrom };
    } catch (error) {
      return { failedFrom: 0, error };
    }
  }

  async #finish(changes: readonly Change[]): Promise<void> {
    const { sequence = 0 } = changes.at(-1) ?? {};
    if (sequence <= this.#reader.position) return;
    await this.#reader.moveTo(sequence);
    await this.#onMoved();
  }

  #areTooOld([first]: readonly Entry[]): boolean {
    return first !== undefined && first.change.atMs + changeKeptMs < this.#options.clock.now();
  }

  #noteFailure(entries: readonly Entry[], error: unknown): void {
    this.#options.log("warn", "stream.batch-failed", {
      message: `${this.#source.function} failed with ${countOf(entries)} of table ${this.#table.name}, and is to get them again`,
      ...(error !== undefined && { error }),
    });
  }

  #noteGivenUp(entries: readonly Entry[], tries: number, error: unknown): void {
    this.#options.log("error", "stream.batch-given-up", {
      message: `${this.#source.function} failed ${tries} times with ${countOf(entries)} of table ${this.#table.name}, which were given up`,
      sequenceNumbers: entries.slice(0, 20).map(({ record }) => record.dynamodb.SequenceNumber),
      ...(error !== undefined && { error }),
    });
  }

  #noteUnread(error: unknown): void {
    const message = `The stream of table ${this.#table.name} cannot be read`;
    this.#options.log("error", "stream.poll-failed", { message, error });
  }

  /** Ends at once when the poller stops. */
  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(pauseMs, done);
      const { signal } = this.#stop;
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
      function done(): void {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      }
    });
  }
}

function changesOf(entries: readonly Entry[]): readonly Change[] {
  return entries.map(({ change }) => change);
}

function countOf({ length }: readonly Entry[]): string {
  return length === 1 ? "a change" : `${length} changes`;
}

function sizeOf({ old = {}, new: now = {} }: Change): number {
  return itemSizeBytes(old) + itemSizeBytes(now);
}
