/** What the Runtime API takes for an error, and what callers of the function see of it. */
export interface ErrorBody {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The errors that Lambda's Node.js runtime makes itself, under the names that it gives them (its published source). */
export type RuntimeErrorType =
  | "Runtime.CallbackHandlerDeprecated"
  | "Runtime.HandlerNotFound"
  | "Runtime.ImportModuleError"
  | "Runtime.MalformedHandlerName"
  | "Runtime.NodeJsExit"
  | "Runtime.UnhandledPromiseRejection"
  | "Runtime.UserCodeSyntaxError";

export class LambdaRuntimeError extends Error {
  /** The promise's, where one was rejected. */
  readonly reason?: unknown;

  constructor(type: RuntimeErrorType, message: string, options: { reason?: unknown; stack?: string } = {}) {
    super(message);
    // Not among its own properties, which the log shows.
    Object.defineProperty(this, "name", { value: type });
    if ("reason" in options) this.reason = options.reason;
    // Made while another error was being constructed: its own frames would say nothing.
    this.stack = `${type}: ${message}${options.stack === undefined ? "" : `\n${options.stack}`}`;
  }
}

/** Whatever was thrown or rejected with, as Lambda words it. Never throws. */
export function toErrorBody(thrown: unknown): ErrorBody {
  try {
    if (!(thrown instanceof Error) && !isErrorOfAnotherRealm(thrown))
      return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    return {
      errorType: String(thrown.name),
      errorMessage: String(thrown.message),
      trace: stackLines(thrown),
    };
  } catch {
    return { errorType: "handled", errorMessage: "The error could not be read", trace: [] };
  }
}

/** As Lambda's log shows an error: with its own properties, and `stack` for `trace`. */
export function toLoggedError(thrown: unknown): string {
  const { errorType, errorMessage, trace } = toErrorBody(thrown);
  const own = ownProperties(thrown);
  const fields = { errorType, errorMessage, ...own, stack: trace };
  try {
    return JSON.stringify(fields, describeErrors);
  } catch {
    return JSON.stringify({ errorType, errorMessage, stack: trace });
  }
}

/** For `JSON.stringify`, which sees nothing in an error. */
export function describeErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { errorType, errorMessage, trace } = toErrorBody(value);
  return { errorType, errorMessage, ...ownProperties(value), stackTrace: trace };
}

function ownProperties(thrown: unknown): object {
  return thrown instanceof Error ? Object.fromEntries(Object.entries(thrown)) : {};
}

function stackLines(error: Error): string[] {
  return typeof error.stack === "string" ? error.stack.split("\n") : [];
}

/** Of a `vm` context, for one. */
function isErrorOfAnotherRealm(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === "[object Error]";
}
