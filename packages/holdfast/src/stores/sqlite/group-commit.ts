import { HoldfastError } from "../../base/errors.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { Database } from "./database.ts";
import { toFailure, type FailedAnswer, type StoreTitle } from "./messages.ts";
import { toStorageError } from "./storage-error.ts";

/** What a database's requests are, and what is done for them. */
export interface GroupWork<Request, Answer> {
  readonly title: StoreTitle;
  /** What the request itself does wrong is a `HoldfastError`; it has written nothing then. Others are the storage's. */
  carryOut(request: Request): Answer;
  writeAnswer(writer: ByteWriter, answer: Answer | FailedAnswer): void;
  /** The transaction's last statement. */
  beforeCommit?(): void;
  afterCommit?(): void;
  /** Nothing of the requests since the last commit has happened. */
  afterRollback?(): void;
}

/** Carries out requests in groups: one transaction, and so one commit, for all that have arrived. */
export class GroupCommit<Request, Answer> {
  readonly #database: Database;
  readonly #file: string;
  readonly #work: GroupWork<Request, Answer>;
  readonly #answers = new ByteWriter();

  constructor(database: Database, file: string, work: GroupWork<Request, Answer>) {
    this.#database = database;
    this.#file = file;
    this.#work = work;
  }

  /** The answers, one behind the other, each behind its size. */
  run(requests: readonly Request[]): Uint8Array<ArrayBuffer> {
    try {
      this.#runTogether(requests);
    } catch {
      // A fault of the storage ends the whole transaction. Alone, each request gets what is its own.
      for (const request of requests) this.#runAlone(request);
    }
    return this.#answers.take();
  }

  /** Throws, with nothing done and nothing answered, when the storage fails. */
  #runTogether(requests: readonly Request[]): void {
    const start = this.#answers.length;
    try {
      this.#database.transaction(() => {
        for (const request of requests) this.#write(this.#answer(request));
        this.#work.beforeCommit?.();
      });
      this.#work.afterCommit?.();
    } catch (error) {
      this.#answers.truncate(start);
      this.#work.afterRollback?.();
      throw error;
    }
  }

  #runAlone(request: Request): void {
    try {
      this.#runTogether([request]);
    } catch (error) {
      const failure = toFailure(toStorageError(error, this.#file, this.#work.title));
      this.#write({ kind: "failed", failure });
    }
  }

  #answer(request: Request): Answer | FailedAnswer {
    try {
      return this.#work.carryOut(request);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return { kind: "failed", failure: toFailure(error) };
    }
  }

  #write(answer: Answer | FailedAnswer): void {
    this.#answers.writeSized(() => this.#work.writeAnswer(this.#answers, answer));
  }
}
