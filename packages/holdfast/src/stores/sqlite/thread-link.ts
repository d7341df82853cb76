import type { Worker } from "node:worker_threads";

import type { Clock } from "../../base/clock.ts";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Change } from "../../model/table-request.ts";
import { createDiskFaultLog } from "../disk-faults.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readChange } from "./change-codec.ts";
import {
  fromFailure,
  type AnswerBatch,
  type BackupOrder,
  type BackupOutcome,
  type FailedAnswer,
  type OpenedStore,
  type OpeningMessage,
  type RequestBatch,
  type StoreTitle,
} from "./messages.ts";

/** Beyond these further requests are refused: something asks and never waits for an answer. */
export const maximumPendingRequests = 100_000;
export const maximumPendingBytes = 256 * 1024 * 1024;
/** How long closing waits for the thread before it ends it by force. */
const closeTimeoutMs = 30_000;

export interface LinkOptions<Request, Answer> {
  readonly title: StoreTitle;
  readonly codec: LinkCodec<Request, Answer>;
  readonly clock: Clock;
  readonly log: Log;
  isWatched?(): boolean;
  /** The changes of a commit; called before the requests that made them are answered. */
  onChanges?(changes: readonly Change[]): void;
}

/** How requests and answers are put in bytes. */
export interface LinkCodec<Request, Answer> {
  writeRequest(writer: ByteWriter, request: Request): void;
  readAnswer(reader: ByteReader): Answer | FailedAnswer;
}

interface Pending<Answer> {
  readonly bytes: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Waits until the thread has opened its database. Rejects with the reason when it cannot; the thread is gone then. */
export async function awaitOpening(worker: Worker, title: StoreTitle): Promise<OpenedStore> {
  const message = await new Promise<OpeningMessage>((resolve, reject) => {
    const fail = (cause: unknown): void => {
      reject(new HoldfastError("STORE_FAILED", `The ${title}' thread did not start`, { cause }));
    };
    worker.once("message", resolve);
    worker.once("error", fail);
    worker.once("exit", (code) => fail(new Error(`It exited with code ${code}`)));
  });
  if ("opened" in message) return message.opened;
  await worker.terminate();
  throw fromFailure(message.failure);
}

/** The caller's end of the thread: it gathers a turn's requests, knows who asked, and hands out the answers. */
export class ThreadLink<Request, Answer extends { readonly kind: string }> {
  readonly #worker: Worker;
  readonly #options: LinkOptions<Request, Answer>;
  readonly #writer = new ByteWriter();
  /** Everyone who waits, in the order of their requests. */
  readonly #pending: Pending<Answer>[] = [];
  readonly #noteFault: (error: unknown) => void;
  #pendingBytes = 0;
  /** Copies that are being made, by their files. */
  readonly #backups = new Map<string, PromiseWithResolvers<void>>();
  /** How many requests wait in `#writer` for the turn to end. */
  #gathered = 0;
  /** Why there will be no more answers. */
  #ending: HoldfastError | undefined;
  #closing: Promise<void> | undefined;

  /** The thread has opened its database. While nobody waits for an answer it does not keep the process alive. */
  constructor(worker: Worker, options: LinkOptions<Request, Answer>) {
    this.#worker = worker;
    this.#options = options;
    this.#noteFault = createDiskFaultLog(options.log, options.clock);
    worker.on("message", (message: AnswerBatch | BackupOutcome) => {
      if ("backedUpTo" in message) this.#endBackup(message);
      else this.#receive(message);
    });
    worker.once("error", (error) => this.#end(this.#threadEnded(error)));
    worker.once("exit", (code) => this.#end(this.#threadEnded(new Error(`It exited with code ${code}`))));
    worker.unref();
  }

  /** Resolves with any answer but `failed`, which rejects. The requests of one turn leave together at its end. */
  request(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#checkCapacity();
      const bytes = this.#append(request);
      this.#pendingBytes += bytes;
      if (this.#pending.length === 0) this.#worker.ref();
      this.#pending.push({ bytes, resolve, reject });
      this.#gathered += 1;
      if (this.#gathered === 1) setImmediate(() => this.#flush(false));
    });
  }

  /** See `BackupSource.backup`. Absolute, and another for each. */
  backup(file: string): Promise<void> {
    if (this.#ending !== undefined) return Promise.reject(this.#ending);
    const waiting = Promise.withResolvers<void>();
    this.#backups.set(file, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ backupTo: file } satisfies BackupOrder);
    return waiting.promise;
  }

  /** Every request made before is answered; then the database is closed and the thread ends. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#ending !== undefined) return;
    this.#worker.ref();
    const exit = new Promise<void>((resolve) => void this.#worker.once("exit", () => resolve()));
    const timer = this.#options.clock.after(closeTimeoutMs, () => void this.#worker.terminate());
    this.#flush(true);
    this.#ending = new HoldfastError("STORE_FAILED", `The store of the ${this.#options.title} is closed`);
    await exit.finally(() => timer.cancel());
  }

  /** Throws when no more requests are taken. */
  #checkCapacity(): void {
    if (this.#ending !== undefined) throw this.#ending;
    const isFull =
      this.#pending.length >= maximumPendingRequests || this.#pendingBytes >= maximumPendingBytes;
    if (!isFull) return;
    throw new HoldfastError(
      "STORE_OVERLOADED",
      `${this.#pending.length} requests with ${this.#pendingBytes} bytes wait for the ${this.#options.title}`,
    );
  }

  /** Returns how many bytes the request takes; when it cannot be written, nothing of it stays. */
  #append(request: Request): number {
    const start = this.#writer.length;
    try {
      this.#options.codec.writeRequest(this.#writer, request);
    } catch (error) {
      this.#writer.truncate(start);
      throw error;
    }
    return this.#writer.length - start;
  }

  #flush(isClosing: boolean): void {
    if (this.#ending !== undefined || (this.#gathered === 0 && !isClosing)) return;
    const batch: RequestBatch = {
      nowMs: this.#options.clock.now(),
      isWatched: this.#options.isWatched?.() ?? false,
      count: this.#gathered,
      bytes: this.#writer.take(),
      isClosing,
    };
    this.#gathered = 0;
    this.#worker.postMessage(batch, [batch.bytes.buffer]);
  }

  #receive({ count, bytes, changeCount, changes }: AnswerBatch): void {
    if (changeCount > 0) this.#hearOf(changes, changeCount);
    const reader = new ByteReader(bytes);
    for (const pending of this.#pending.splice(0, count)) {
      this.#pendingBytes -= pending.bytes;
      this.#settle(pending, reader);
    }
    this.#letGo();
  }

  #endBackup({ backedUpTo, failure }: BackupOutcome): void {
    const waiting = this.#backups.get(backedUpTo);
    this.#backups.delete(backedUpTo);
    if (failure === undefined) waiting?.resolve();
    else waiting?.reject(fromFailure(failure));
    this.#letGo();
  }

  /** A thread that nobody waits for does not keep the process alive. */
  #letGo(): void {
    const isWaitedFor = this.#pending.length > 0 || this.#backups.size > 0 || this.#closing !== undefined;
    if (!isWaitedFor) this.#worker.unref();
  }

  #hearOf(changes: Uint8Array, count: number): void {
    const reader = new ByteReader(changes);
    try {
      this.#options.onChanges?.(Array.from({ length: count }, () => readChange(reader)));
    } catch (error) {
      this.#options.log("error", "table.changes-lost", {
        message: `${count} changes of tables cannot be read`,
        error,
      });
    }
  }

  #end(reason: HoldfastError): void {
    this.#ending ??= reason;
    for (const { reject } of this.#pending.splice(0)) reject(reason);
    for (const { reject } of this.#backups.values()) reject(reason);
    this.#backups.clear();
  }

  #settle({ resolve, reject }: Pending<Answer>, reader: ByteReader): void {
    const { codec, title } = this.#options;
    try {
      const answer = reader.within(() => codec.readAnswer(reader));
      if (!isFailed(answer)) return resolve(answer);
      const error = fromFailure(answer.failure);
      this.#noteFault(error);
      reject(error);
    } catch (error) {
      const message = `An answer of the ${title}' thread cannot be read`;
      reject(new HoldfastError("STORE_FAILED", message, { cause: error }));
    }
  }

  #threadEnded(error: unknown): HoldfastError {
    const message = `The ${this.#options.title}' thread has ended`;
    return new HoldfastError("STORE_FAILED", message, { cause: toError(error) });
  }
}

function isFailed(answer: { readonly kind: string }): answer is FailedAnswer {
  return answer.kind === "failed";
}
