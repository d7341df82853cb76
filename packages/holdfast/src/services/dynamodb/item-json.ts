import { isRecord } from "../../base/is-record.ts";
import { setOwn, type AttributeType, type AttributeValue, type Item } from "../../model/attribute-value.ts";
import { maximumNestingLevels } from "../../model/table-limits.ts";
import { invalidParameter, serializationError, validationError } from "./dynamodb-error.ts";
import { readNumberText } from "./number-text.ts";

/** An item as DynamoDB's JSON has it: attribute values, save that bytes are base64. */
export type ItemJson = Readonly<Record<string, unknown>>;

/** Throws DynamoDB's errors for values that are none. Attributes keep their order. */
export function readItem(json: ItemJson): Item {
  return readAttributes(json, 0);
}

/** `level` counts the lists and maps around the value. */
export function readValue(json: unknown, level = 0): AttributeValue {
  if (!isRecord(json)) throw serializationError("Unexpected value type in payload");
  const types = Object.keys(json).filter(
    (type) => Object.hasOwn(readers, type) && json[type] !== null && json[type] !== undefined,
  );
  const [type] = types;
  if (type === undefined)
    throw validationError(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  if (types.length > 1)
    throw validationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  return readers[type as AttributeType](json[type], level);
}

export function writeItem(item: Item): ItemJson {
  const json: Record<string, unknown> = {};
  for (const name of Object.keys(item)) setOwn(json, name, writeValue(item[name] as AttributeValue));
  return json;
}

export function writeValue(value: AttributeValue): ItemJson {
  if ("B" in value) return { B: toBase64(value.B) };
  if ("BS" in value) return { BS: value.BS.map(toBase64) };
  if ("L" in value) return { L: value.L.map(writeValue) };
  if ("M" in value) return { M: writeItem(value.M) };
  return value;
}

type Reader = (json: unknown, level: number) => AttributeValue;

const readers: Readonly<Record<AttributeType, Reader>> = {
  S: (json) => ({ S: readText(json) }),
  N: (json) => ({ N: readNumberText(readText(json)) }),
  B: (json) => ({ B: readBytes(json) }),
  BOOL: (json) => ({ BOOL: readFlag(json) }),
  NULL: (json) => {
    if (!readFlag(json)) throw invalidParameter("Null attribute value types must have the value of true");
    return { NULL: true };
  },
  SS: (json) => {
    const members = readList(json).map(readText);
    if (members.length === 0) throw invalidParameter("An string set  may not be empty");
    checkDistinct(members, `[${members.join(", ")}]`);
    return { SS: members };
  },
  NS: (json) => {
    const members = readList(json).map((member) => readNumberText(readText(member)));
    if (members.length === 0) throw invalidParameter("An number set  may not be empty");
    checkDistinct(members, "");
    return { NS: members };
  },
  BS: (json) => {
    const members = readList(json).map(readBytes);
    if (members.length === 0) throw invalidParameter("Binary sets should not be empty");
    const texts = members.map(toBase64);
    checkDistinct(texts, `[${texts.join(", ")}]of type BS`);
    return { BS: members };
  },
  L: (json, level) => ({ L: readList(json).map((element) => readValue(element, deeper(level))) }),
  M: (json, level) => {
    if (!isRecord(json)) throw serializationError("Unexpected field type");
    return { M: readAttributes(json, deeper(level)) };
  },
};

function readAttributes(json: ItemJson, level: number): Item {
  const item: Record<string, AttributeValue> = {};
  for (const name of Object.keys(json)) setOwn(item, name, readValue(json[name], level));
  return item;
}

function deeper(level: number): number {
  if (level < maximumNestingLevels) return level + 1;
  throw validationError("Nesting Levels have exceeded supported limits");
}

function readText(json: unknown): string {
  if (typeof json === "string") return json;
  throw serializationError(`${tokenOf(json)} cannot be converted to String`);
}

function readFlag(json: unknown): boolean {
  if (typeof json === "boolean") return json;
  // As Java reads one; older SDKs send text.
  if (json === "true" || json === "false") return json === "true";
  throw serializationError(`${tokenOf(json)} cannot be converted to Boolean`);
}

function readList(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw serializationError("Unexpected field type");
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes may also come as such, from a service integration of API Gateway's. */
function readBytes(json: unknown): Uint8Array {
  if (json instanceof Uint8Array) return json;
  const text = readText(json);
  if (text.length % 4 !== 0)
    throw serializationError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`,
    );
  if (!base64.test(text)) throw serializationError("Invalid base64 character");
  return Buffer.from(text, "base64");
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function checkDistinct(members: readonly string[], shown: string): void {
  if (new Set(members).size === members.length) return;
  throw invalidParameter(
    shown === "" ? "Input collection contains duplicates" : `Input collection ${shown} contains duplicates.`,
  );
}

/** As AWS's JSON parser names what it met. */
export function tokenOf(json: unknown): string {
  switch (typeof json) {
    case "number":
      return "NUMBER_VALUE";
    case "boolean":
      return json ? "TRUE_VALUE" : "FALSE_VALUE";
    case "string":
      return "STRING_VALUE";
    default:
      return Array.isArray(json) ? "START_ARRAY" : "START_OBJECT";
  }
}
