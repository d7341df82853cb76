import { HoldfastError } from "../base/errors.ts";
import type { RequestModel } from "./app-model.ts";

/** API Gateway's quota for models. */
const maximumSchemaBytes = 400 * 1024;
/** How deep a schema may nest, and how many values it may hold: compiling it must neither exhaust the stack nor take long. */
const maximumSchemaDepth = 64;
const maximumSchemaValues = 20_000;

/**
 * A request model's schema as an object that is bounded; it may come as JSON's text. Whether it is one of JSON schema's
 * is not looked at. Throws `HoldfastError` `MODEL_SCHEMA_INVALID`.
 */
export function readModelSchema({ name, schema }: RequestModel): object {
  const read = typeof schema === "string" ? parse(name, schema) : schema;
  checkBounds(name, read, { values: maximumSchemaValues }, 0);
  if (typeof read !== "object" || read === null || Array.isArray(read))
    throw invalidSchema(name, "it is not an object");
  return read;
}

function parse(name: string, text: string): unknown {
  if (Buffer.byteLength(text) > maximumSchemaBytes)
    throw invalidSchema(name, `it has more than ${maximumSchemaBytes} bytes`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalidSchema(name, "it is not JSON", error);
  }
}

function checkBounds(name: string, value: unknown, budget: { values: number }, depth: number): void {
  budget.values -= 1;
  if (budget.values < 0) throw invalidSchema(name, `it holds more than ${maximumSchemaValues} values`);
  if (depth > maximumSchemaDepth)
    throw invalidSchema(name, `it nests deeper than ${maximumSchemaDepth} levels`);
  if (typeof value !== "object" || value === null) return;
  for (const one of Object.values(value)) checkBounds(name, one, budget, depth + 1);
}

/** Why a request model's schema cannot be used. */
export function invalidSchema(name: string, why: string, cause?: unknown): HoldfastError {
  const message = `The schema of the request model "${name}" cannot be used: ${why}`;
  return new HoldfastError("MODEL_SCHEMA_INVALID", message, { cause });
}
