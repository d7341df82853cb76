import { isRecord } from "../../base/is-record.ts";
import type { OperationInput } from "../service-face.ts";
import { invalidParameter } from "./sns-error.ts";

/** Undefined when it is absent. */
export function optionalText(input: OperationInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalidParameter(`${name} Reason: it is no text`);
}

export function requiredText(input: OperationInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "")
    throw invalidParameter(`${name} Reason: no value for required parameter`);
  return value;
}

/** Empty when it is absent. An empty text is how forms spell an empty list. */
export function optionalRecord(input: OperationInput, name: string): OperationInput {
  const value = input[name];
  if (value === undefined || value === null || value === "") return {};
  if (isRecord(value)) return value;
  throw invalidParameter(`${name} Reason: it is no map`);
}

export function recordList(input: OperationInput, name: string): readonly OperationInput[] {
  const value = input[name];
  if (value === undefined || value === null || value === "") return [];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw invalidParameter(`${name} Reason: it is no list`);
}
