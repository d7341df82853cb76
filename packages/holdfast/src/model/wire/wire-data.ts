import { HoldfastError } from "../../base/errors.ts";
import type { BytesFlag } from "./wire-messages.ts";

/*
 * Bytes inside the plain data of a resource call, as JSON can hold them: `{ "$bytes": base64 }`. An object of the
 * user's that looks like this gains a `$`, which it loses on the other side.
 */

/** DynamoDB nests 32 levels of values, each two objects deep; the rest is room for the request around them. */
const maximumDepth = 256;

const bytesKey = "$bytes";
const escapedKey = /^\$+bytes$/;

export interface WireData {
  readonly data: unknown;
  readonly bytes: BytesFlag;
}

/** Throws `RESOURCE_ARGUMENT_INVALID` for data that refers to itself. */
export function toWireData(value: unknown): WireData {
  return holdsBytes(value, 0) ? { data: hideBytes(value), bytes: 1 } : { data: value, bytes: 0 };
}

export function fromWireData(data: unknown, bytes: unknown): unknown {
  return bytes === 1 ? revealBytes(data, 0) : data;
}

function holdsBytes(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array) return true;
  if (depth > maximumDepth) throw tooDeep();
  if (Array.isArray(value)) return value.some((one) => holdsBytes(one, depth + 1));
  if (!isPlain(value)) return false;
  for (const key in value) {
    if (holdsBytes((value as Record<string, unknown>)[key], depth + 1)) return true;
  }
  return false;
}

/** Its depth has been checked only up to the first bytes, so it is checked again. */
function hideBytes(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) {
    return { [bytesKey]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (depth > maximumDepth) throw tooDeep();
  if (Array.isArray(value)) return value.map((one) => hideBytes(one, depth + 1));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, hideBytes(one, depth + 1)] as const);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && escapedKey.test(only[0])) {
    return { [`$${only[0]}`]: only[1] };
  }
  return Object.fromEntries(entries);
}

function revealBytes(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  // The other process may be hostile; depth beyond what `hideBytes` makes is left alone.
  if (depth > maximumDepth + 1) return value;
  if (Array.isArray(value)) return value.map((one) => revealBytes(one, depth + 1));
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && escapedKey.test(only[0])) {
    const [key, inner] = only;
    if (key === bytesKey && typeof inner === "string") return new Uint8Array(Buffer.from(inner, "base64"));
    return { [key.slice(1)]: revealBytes(inner, depth + 1) };
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, revealBytes(one, depth + 1)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a vm context) are as plain as ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function tooDeep(): HoldfastError {
  return new HoldfastError(
    "RESOURCE_ARGUMENT_INVALID",
    `The data is more than ${maximumDepth} levels deep, or refers to itself`,
  );
}
