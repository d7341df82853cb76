import {
  ConditionFailedError,
  fromErrorRecord,
  HoldfastError,
  toErrorRecord,
  type ErrorRecord,
} from "../../base/errors.ts";

/** What the caller's thread sends in one turn. Requests are answered in their order. */
export interface RequestBatch {
  readonly nowMs: number;
  /** Whether changes are to come with the answers. */
  readonly isWatched: boolean;
  readonly count: number;
  /** `count` requests, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Nothing follows: the thread closes the database, answers and ends. */
  readonly isClosing: boolean;
}

/** What the store's thread sends after a commit: the answers to one or more whole batches. */
export interface AnswerBatch {
  readonly count: number;
  /** `count` answers, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly changeCount: number;
  readonly changes: Uint8Array<ArrayBuffer>;
}

/** Asks for a copy of the database, in a file that is not there yet. Requests go on meanwhile. */
export interface BackupOrder {
  readonly backupTo: string;
}

/** What became of it. */
export interface BackupOutcome {
  readonly backedUpTo: string;
  readonly failure?: Failure;
}

/** The thread's first message. */
export type OpeningMessage = { readonly opened: OpenedStore } | { readonly failure: Failure };

export interface OpenedStore {
  /** Whether there are tables whose items expire. */
  readonly expires: boolean;
}

/** What lies in a database. */
export type StoreTitle = "tables" | "queues";

/** How the thread is started. */
export interface ThreadStart {
  readonly title: StoreTitle;
  /** Absolute path of the database. */
  readonly file: string;
}

/** An error with its cause, as plain data. */
export interface Failure {
  readonly error: ErrorRecord;
  readonly cause?: ErrorRecord;
}

/** What became of a request that failed. */
export interface FailedAnswer {
  readonly kind: "failed";
  readonly failure: Failure;
}

/** The error's own stack stays behind: what counts is where the caller is. */
export function toFailure(error: HoldfastError): Failure {
  const { name, message, code, hint, cause } = error;
  const index = error instanceof ConditionFailedError ? { index: error.index } : {};
  return {
    error: { name, message, code, hint, ...index },
    ...(cause !== undefined && { cause: toErrorRecord(cause) }),
  };
}

export function fromFailure({ error, cause }: Failure): Error {
  if (cause === undefined || error.code === undefined) return fromErrorRecord(error);
  return new HoldfastError(error.code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: fromErrorRecord(cause),
  });
}
