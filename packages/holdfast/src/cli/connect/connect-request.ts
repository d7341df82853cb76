import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { Handshake } from "./open-socket.ts";

/** What `holdfast connect` was asked to do. */
export interface ConnectRequest {
  readonly handshake: Handshake;
  /** Messages to send instead of those on the standard input. */
  readonly messages?: readonly string[];
  /** How long to stay after the last message was sent, in milliseconds; may be infinite. */
  readonly waitMs?: number;
  /** Close after so many messages were received; may be infinite. */
  readonly maxReceived: number;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly clock: Clock;
}

export type Headers = Readonly<Record<string, string[]>>;

/** Adds `name: value` to the headers of earlier options. A name may come several times. */
export function addHeader(given: string, earlier: Headers = {}): Headers {
  const colon = given.indexOf(":");
  const name = given.slice(0, Math.max(colon, 0)).trim();
  const value = given.slice(colon + 1).trim();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    const hint = 'Write it as "name: value".';
    throw invalid(`--header ${JSON.stringify(given)} is no header`, hint, toError(error));
  }
  const known = Object.keys(earlier).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
  return { ...earlier, [known]: [...(earlier[known] ?? []), value] };
}

/** Adds a subprotocol to those of earlier options, in order of preference. */
export function addSubprotocol(given: string, earlier: readonly string[] = []): readonly string[] {
  // A token of HTTP (RFC 6455, 4.1).
  if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(given)) {
    const hint = "Letters, digits and -._~ will do; repeat the option for several.";
    throw invalid(`--subprotocol ${JSON.stringify(given)} cannot be the name of a subprotocol`, hint);
  }
  return earlier.includes(given) ? earlier : [...earlier, given];
}

/** `--wait`: seconds as milliseconds; `forever` is infinite. */
export function readWaitMs(given: string): number {
  if (given === "forever") return Number.POSITIVE_INFINITY;
  return readSeconds("--wait", given, 0, "Give seconds, as in 0.5 or 10, or forever.");
}

/** `--timeout`: seconds as milliseconds. */
export function readTimeoutMs(given: string): number {
  return readSeconds("--timeout", given, 0.001, "Give seconds, as in 0.5 or 10.");
}

/** `--count`: a whole number from 1. */
export function readCount(given: string): number {
  const count = /^\d+$/.test(given) ? Number(given) : 0;
  if (count < 1 || !Number.isSafeInteger(count)) {
    throw invalid(`--count ${given} is no number of messages`, "Give a whole number from 1.");
  }
  return count;
}

/** A day: longer waits of a known length are meant as none at all. */
const maxSeconds = 86_400;

function readSeconds(option: string, given: string, min: number, hint: string): number {
  const seconds = /^\d*\.?\d+$/.test(given) ? Number(given) : Number.NaN;
  if (seconds >= min && seconds <= maxSeconds) return Math.round(seconds * 1000);
  throw invalid(`${option} ${given} is no time between ${min} and ${maxSeconds} seconds`, hint);
}

function invalid(message: string, hint: string, cause?: Error): HoldfastError {
  return new HoldfastError("OPTION_INVALID", message, { hint, ...(cause !== undefined && { cause }) });
}
