import { errorCodes, type ErrorCode } from "./error-codes.ts";

export interface HoldfastErrorOptions {
  /** What to do next, where it can be said better than the code's general remedy. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error a person can act on: a code from the registry, what was tried, and what to do.
 * Every error that leaves Holdfast is one.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: HoldfastErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint ?? errorCodes[code].remedy;
  }

  /** Whose fault it is: `user` errors are shown without a stack. */
  get fault(): "user" | "system" {
    return errorCodes[this.code].fault;
  }

  // An app's bundle and a library it uses may each hold a copy of this class: what counts is the code.
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === HoldfastError) return value instanceof Error && "code" in value && isErrorCode(value.code);
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** The connection does not exist any more, or not yet (inside its own `$connect`). AWS: 410 GoneException. */
export class GoneError extends HoldfastError {
  readonly connectionId: string;

  constructor(connectionId: string, options: HoldfastErrorOptions = {}) {
    super("CONNECTION_GONE", `Connection ${connectionId} is gone`, options);
    this.connectionId = connectionId;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && "code" in value && value.code === "CONNECTION_GONE";
  }
}

/** Thrown by an authorizer: the client is refused with 401, not 403. The message is what API Gateway goes by. */
export class UnauthorizedError extends HoldfastError {
  constructor(options: HoldfastErrorOptions = {}) {
    super("UNAUTHORIZED", "Unauthorized", options);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && "code" in value && value.code === "UNAUTHORIZED";
  }
}

/** A write's `if` did not hold; nothing was written. DynamoDB: ConditionalCheckFailedException. */
export class ConditionFailedError extends HoldfastError {
  /** Which of several atomic writes failed, counted from 0. */
  readonly index: number;

  constructor(message: string, options: HoldfastErrorOptions & { readonly index?: number } = {}) {
    super("CONDITION_FAILED", message, options);
    this.index = options.index ?? 0;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && "code" in value && value.code === "CONDITION_FAILED";
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorCodes, value);
}

/** Whatever was thrown, as an Error. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === "string" ? thrown : `Not an error was thrown: ${String(thrown)}`);
}

/** An error as plain data, for the way between processes. */
export interface ErrorRecord {
  readonly code?: ErrorCode;
  readonly name: string;
  readonly message: string;
  readonly hint?: string;
  readonly stack?: string;
  readonly index?: number;
  readonly connectionId?: string;
}

export function toErrorRecord(thrown: unknown): ErrorRecord {
  const error = toError(thrown);
  const known = error as Partial<HoldfastError & GoneError & ConditionFailedError>;
  return {
    name: error.name,
    message: error.message,
    ...(isErrorCode(known.code) && { code: known.code }),
    ...(known.hint !== undefined && { hint: known.hint }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(known.index !== undefined && { index: known.index }),
    ...(known.connectionId !== undefined && { connectionId: known.connectionId }),
  };
}

export function fromErrorRecord(record: ErrorRecord): Error {
  const options = { ...(record.hint !== undefined && { hint: record.hint }) };
  if (record.code === "CONNECTION_GONE") return new GoneError(record.connectionId ?? "", options);
  if (record.code === "CONDITION_FAILED") {
    return new ConditionFailedError(record.message, {
      ...options,
      ...(record.index !== undefined && { index: record.index }),
    });
  }
  if (record.code !== undefined) return new HoldfastError(record.code, record.message, options);
  const error = new Error(record.message);
  error.name = record.name;
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}
