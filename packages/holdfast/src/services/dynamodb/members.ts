import { isRecord } from "../../base/is-record.ts";
import type { OperationInput } from "../service-face.ts";
import { serializationError, validationError } from "./dynamodb-error.ts";
import { tokenOf } from "./item-json.ts";

/** Members of an operation's input, by type. Absent and null are the same. Each throws for another type. */
export function textIn(input: OperationInput, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw serializationError(`${tokenOf(value)} cannot be converted to String`);
}

export function flagIn(input: OperationInput, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value === "boolean") return value;
  // What a mapping template renders may have quotes.
  if (value === "true" || value === "false") return value === "true";
  throw serializationError(`${tokenOf(value)} cannot be converted to Boolean`);
}

export function recordIn(input: OperationInput, name: string): OperationInput | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || isRecord(value)) return value;
  throw serializationError("Unexpected field type");
}

export function listIn(input: OperationInput, name: string): readonly unknown[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw serializationError("Unexpected field type");
}

export function requireRecord(input: OperationInput, name: string): OperationInput {
  return recordIn(input, name) ?? absent(name);
}

export function requireList(input: OperationInput, name: string): readonly unknown[] {
  return listIn(input, name) ?? absent(name);
}

/** The elements of a list of structures. */
export function recordsIn(list: readonly unknown[]): readonly OperationInput[] {
  return list.map((element) => {
    if (isRecord(element)) return element;
    throw serializationError("Unexpected field type");
  });
}

export function wholeNumberIn(
  input: OperationInput,
  name: string,
  { least, most }: { readonly least: number; readonly most?: number },
): number | undefined {
  const given = input[name] ?? undefined;
  if (given === undefined) return undefined;
  // What a mapping template renders may have quotes.
  const value = typeof given === "string" && given !== "" ? Number(given) : given;
  if (typeof value !== "number" || !Number.isFinite(value))
    throw serializationError(`${tokenOf(given)} cannot be converted to Integer`);
  const number = Math.trunc(value);
  if (number < least)
    throw constraintError(String(number), name, `Member must have value greater than or equal to ${least}`);
  if (most !== undefined && number > most)
    throw constraintError(String(number), name, `Member must have value less than or equal to ${most}`);
  return number;
}

/** One of the words, or `undefined`. They are listed in the message in this order. */
export function wordIn<Word extends string>(
  input: OperationInput,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = textIn(input, name);
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  throw constraintError(value, name, `Member must satisfy enum value set: [${words.join(", ")}]`);
}

export function absent(name: string): never {
  throw validationError(
    `1 validation error detected: Value null at '${memberPath(name)}' failed to satisfy constraint: Member must not be null`,
  );
}

export function constraintError(value: string, name: string, constraint: string): Error {
  return validationError(
    `1 validation error detected: Value '${value}' at '${memberPath(name)}' failed to satisfy constraint: ${constraint}`,
  );
}

function memberPath(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
