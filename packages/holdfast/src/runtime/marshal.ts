import { HoldfastError } from "../base/errors.ts";
import type { AttributeValue, Item } from "../model/attribute-value.ts";

/**
 * JavaScript values to DynamoDB's typed ones. Members that are undefined are left out; sets become DynamoDB's sets.
 * Throws `TABLE_REQUEST_INVALID` for what a table cannot hold, with the path to it.
 */
export function toItem(value: object, what = "item"): Item {
  const item: Record<string, AttributeValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) setOwn(item, name, toAttribute(member, `${what}.${name}`));
  }
  return item;
}

export function toAttribute(value: unknown, what = "value"): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
      if (!Number.isFinite(value)) throw refuse(what, `${value} is not a number that a table can hold`);
      return { N: String(value === 0 ? 0 : value) };
    case "bigint":
      return { N: String(value) };
    case "boolean":
      return { BOOL: value };
    case "object":
      return value === null ? { NULL: true } : toCompound(value, what);
    default:
      throw refuse(what, `a value of type ${typeof value} cannot be stored`);
  }
}

function toCompound(value: object, what: string): AttributeValue {
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value))
    return { L: value.map((member, index) => toAttribute(member, `${what}[${index}]`)) };
  if (value instanceof Set) return toSet([...value], what);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const kind = value.constructor.name;
    const hint =
      kind === "Date" ? "Write date.toISOString(), or date.getTime() for a number." : "Write a plain object.";
    throw refuse(what, `a value of type ${kind} cannot be stored`, hint);
  }
  return { M: toItem(value, what) };
}

function toSet(members: readonly unknown[], what: string): AttributeValue {
  if (members.length === 0) throw refuse(what, "a set must not be empty", "Leave the attribute out instead.");
  if (members.every((member) => typeof member === "string")) return { SS: members };
  if (members.every((member) => member instanceof Uint8Array)) return { BS: members };
  if (members.every((member) => typeof member === "number" || typeof member === "bigint")) {
    return { NS: members.map((member) => String(member)) };
  }
  throw refuse(what, "a set holds texts, or numbers, or bytes, and not several of these");
}

/** Typed values back to JavaScript's. Whole numbers beyond 2^53 become bigint. */
export function fromItem(item: Item): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(item)) setOwn(value, name, fromAttribute(attribute));
  return value;
}

export function fromAttribute(attribute: AttributeValue): unknown {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return toNumber(attribute.N);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("NULL" in attribute) return null;
  if ("M" in attribute) return fromItem(attribute.M);
  if ("L" in attribute) return attribute.L.map(fromAttribute);
  if ("B" in attribute) return attribute.B;
  if ("SS" in attribute) return new Set(attribute.SS);
  if ("NS" in attribute) return new Set(attribute.NS.map(toNumber));
  return new Set(attribute.BS);
}

function toNumber(text: string): number | bigint {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text)
    ? BigInt(text)
    : value;
}

/** Like assignment, save that an attribute named `__proto__` stays an attribute. */
function setOwn<Value>(target: Record<string, Value>, name: string, value: Value): void {
  if (name === "__proto__")
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
}

function refuse(what: string, reason: string, hint?: string): HoldfastError {
  return new HoldfastError("TABLE_REQUEST_INVALID", `${what}: ${reason}`, hint === undefined ? {} : { hint });
}
