import type { ErrorCode } from "../base/error-codes.ts";
import { HoldfastError } from "../base/errors.ts";

/** What is to become JSON, for messages, and the code of the error when it cannot. */
export interface JsonSubject {
  /** In the middle of a sentence: `what the handler returned`. */
  readonly what: string;
  readonly code: ErrorCode;
}

/** No data is so deep; what refers to itself has no end. */
const maximumDepth = 1_000;

/** A value as JSON. Throws the subject's code as `checkJson` does, and for undefined. */
export function toJson(value: unknown, subject: JsonSubject): string {
  checkJson(value, subject);
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split("\n", 1).join("") : String(thrown);
    throw new HoldfastError(subject.code, `${capitalised(subject.what)} is not JSON: ${reason}`, {
      cause: thrown,
    });
  }
  if (json === undefined)
    throw new HoldfastError(
      subject.code,
      `${capitalised(subject.what)} is undefined, which JSON cannot hold`,
    );
  return json;
}

/**
 * Throws for what would not arrive as it was sent: functions and symbols, which JSON drops without a word; a Map, a
 * Set, a Promise and their like, which become `{}`; bytes, which become an object of numbers; BigInts, and what refers
 * to itself. Members that are undefined are left out by JSON, and a Date becomes text: both are allowed.
 */
export function checkJson(value: unknown, subject: JsonSubject): void {
  check(value, "", subject, 0);
}

/** A walk ahead costs a fraction of what a replacer for `JSON.stringify` would. */
function check(value: unknown, key: string, subject: JsonSubject, depth: number): void {
  if (typeof value !== "object" || value === null) {
    if (hasNoForm(value))
      throw refuse(`a ${typeof value}`, key, subject, typeof value === "bigint" ? bigintHint : undefined);
    return;
  }
  if (depth > maximumDepth)
    throw new HoldfastError(
      subject.code,
      `${capitalised(subject.what)} is more than ${maximumDepth} levels deep, or refers to itself`,
    );
  if (Array.isArray(value)) {
    for (const member of value) check(member, key, subject, depth + 1);
    return;
  }
  // Before their keys are asked for, which are as many as they.
  if (isBytes(value)) throw refuse(describe(value), key, subject, bytesHint);
  const names = Object.keys(value);
  if (!isPlain(value)) {
    if ("toJSON" in value && typeof value.toJSON === "function") return;
    if (names.length === 0) throw refuse(describe(value), key, subject, hintFor(value));
  }
  for (const name of names) check((value as Record<string, unknown>)[name], name, subject, depth + 1);
}

function hasNoForm(value: unknown): boolean {
  return typeof value === "function" || typeof value === "symbol" || typeof value === "bigint";
}

/** Objects of another realm (a vm context) are as plain as ours. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

const bigintHint = "Write String(value), or Number(value) where it is small enough.";
const bytesHint = 'Write Buffer.from(bytes).toString("base64").';

function hintFor(value: object): string | undefined {
  if (value instanceof Map) return "Write Object.fromEntries(map), or [...map].";
  if (value instanceof Set) return "Write [...set].";
  if (value instanceof Promise) return "Await it first.";
  if (value instanceof Error) return "Write error.message.";
  if (Symbol.asyncIterator in value) return "Write await Array.fromAsync(it).";
  return undefined;
}

function describe(value: object): string {
  // Not every prototype has one.
  const { constructor } = value as { readonly constructor?: { readonly name: string } };
  const name = constructor?.name ?? "object of an unknown class";
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

function refuse(noun: string, key: string, { what, code }: JsonSubject, hint?: string): HoldfastError {
  const place = key === "" ? capitalised(what) : `"${key}" in ${what}`;
  return new HoldfastError(
    code,
    `${place} is ${noun}, which JSON cannot hold`,
    hint === undefined ? {} : { hint },
  );
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
