import type { ErrorRecord } from "../../base/errors.ts";
import type { ConnectionMessage, WireEvent } from "./wire-event.ts";

/** 1 when bytes are hidden in the data beside it (`wire-data.ts`), so that only such data is walked. */
export type BytesFlag = 0 | 1;

/** What the gateway's process says to a function process. The first element tells the kinds apart. */
export type HostMessage =
  | readonly ["load", order: LoadOrder]
  /** From now on invocations come; `functions` gives each function the name of its handler. */
  | readonly [
      "serve",
      environment: Readonly<Record<string, string>>,
      functions: readonly (readonly [name: string, handler: string])[],
    ]
  | ConnectionMessage
  | readonly ["invoke", invocation: number, functionName: string, remainingMs: number, event: WireEvent]
  /** The invocation's time is up. */
  | readonly ["abort", invocation: number]
  | readonly ["ping", serial: number]
  /** Without a result the call resolves with undefined, which JSON cannot write. */
  | readonly ["answer", call: number, result?: unknown, bytes?: BytesFlag]
  | readonly ["refuse", call: number, error: ErrorRecord]
  /** Nothing more will come. */
  | readonly ["end"];

export interface LoadOrder {
  /** Absolute path of the module. */
  readonly file: string;
  /** Becomes the working directory. */
  readonly appDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Processes that a function has no business sending signals to. */
  readonly protectedPids: readonly number[];
}

/** What a function process says to the gateway's. */
export type FunctionMessage =
  | readonly ["ready", processId: number, inspectorUrl: string | null]
  | readonly ["loaded", declaration: unknown]
  | readonly ["not-loaded", error: ErrorRecord]
  | readonly ["returned", invocation: number, payload?: unknown]
  | readonly ["failed", invocation: number, error: ErrorRecord]
  | readonly ["missing", invocation: number]
  | readonly [
      "call",
      call: number,
      invocation: number,
      resource: string,
      operation: string,
      argument: unknown,
      bytes: BytesFlag,
    ]
  | readonly ["pong", serial: number];

/**
 * Checks what came out of a function process, where user code can write to the same pipe: what passes has the shape
 * its kind says. Undefined for anything else.
 */
export function readFunctionMessage(value: unknown): FunctionMessage | undefined {
  if (!Array.isArray(value)) return undefined;
  const message = value as readonly unknown[];
  return isFunctionMessage(message) ? (message as unknown as FunctionMessage) : undefined;
}

function isFunctionMessage(message: readonly unknown[]): boolean {
  switch (message[0]) {
    case "returned":
    case "missing":
    case "pong":
      return typeof message[1] === "number";
    case "call":
      return (
        typeof message[1] === "number" &&
        typeof message[2] === "number" &&
        typeof message[3] === "string" &&
        typeof message[4] === "string"
      );
    case "failed":
      return typeof message[1] === "number" && isErrorRecord(message[2]);
    case "ready":
      return typeof message[1] === "number" && (message[2] === null || typeof message[2] === "string");
    case "loaded":
      return message.length === 2;
    case "not-loaded":
      return isErrorRecord(message[1]);
    default:
      return false;
  }
}

export function isErrorRecord(value: unknown): value is ErrorRecord {
  if (typeof value !== "object" || value === null) return false;
  const { name, message, stack } = value as Partial<Record<string, unknown>>;
  return (
    typeof name === "string" &&
    typeof message === "string" &&
    (stack === undefined || typeof stack === "string")
  );
}
