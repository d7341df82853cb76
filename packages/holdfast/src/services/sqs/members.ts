import { isRecord } from "../../base/is-record.ts";
import type { OperationInput } from "../service-face.ts";
import { invalidValue, missingParameter } from "./sqs-error.ts";

/** Undefined when it is absent. */
export function optionalText(input: OperationInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalidValue(name, value, "Must be a string.");
}

/** An empty one is none (seen by users). */
export function requiredText(input: OperationInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") throw missingParameter(name);
  return value;
}

/** A whole number, which forms have as text. */
export function optionalWhole(
  input: OperationInput,
  name: string,
  { from, to, reason }: { readonly from: number; readonly to: number; readonly reason: string },
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= from && number <= to) return number;
  throw invalidValue(name, value, reason);
}

/** Older SDKs send what is empty as an empty text, under the member's own name (seen of boto3 1.26). */
function given(input: OperationInput, name: string): unknown {
  return input[name] === "" ? undefined : input[name];
}

export function textList(input: OperationInput, name: string): readonly string[] {
  const value = given(input, name) ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw invalidValue(name, value, "Must be a list of strings.");
}

export function recordList(input: OperationInput, name: string): readonly OperationInput[] {
  const value = given(input, name) ?? [];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw invalidValue(name, value, "Must be a list of structures.");
}

export function optionalRecord(input: OperationInput, name: string): OperationInput {
  const value = given(input, name) ?? {};
  if (isRecord(value)) return value;
  throw invalidValue(name, value, "Must be a map.");
}
