import type { Table } from "../../../model/app-model.ts";
import { setOwn, type AttributeValue, type Item } from "../../../model/attribute-value.ts";
import type { KeySchema } from "../../../model/table-key.ts";
import type { Condition, Operand } from "../../../model/table-request.ts";
import { validationError } from "../dynamodb-error.ts";
import { toKeyCondition, type KeyCondition } from "../expressions/bind-key-condition.ts";
import { checkKey, keyAttributesOf } from "../key-check.ts";

/** The one item that a WHERE names, and what else it asks of it. */
export interface NamedItem {
  readonly key: Item;
  readonly rest: readonly Condition[];
}

/** `undefined` unless each key attribute is equal to something. Throws for values that cannot be such a key. */
export function namedItem(table: Table, where: Condition | undefined): NamedItem | undefined {
  const key: Record<string, AttributeValue> = {};
  let rest = partsOf(where);
  for (const { name } of keyAttributesOf(table)) {
    const equality = rest.find((part) => equalityOf(part, name) !== undefined);
    const value = equality === undefined ? undefined : equalityOf(equality, name);
    if (value === undefined) return undefined;
    setOwn(key, name, value);
    rest = rest.filter((part) => part !== equality);
  }
  checkKey(table, key);
  return { key, rest };
}

/** As `namedItem`, for what writes. Throws DynamoDB's error when the WHERE names no single item. */
export function requireNamedItem(table: Table, where: Condition | undefined): NamedItem {
  const named = namedItem(table, where);
  if (named !== undefined) return named;
  throw validationError("Where clause does not contain a mandatory equality on all key attributes");
}

/** The stretch that a WHERE asks for, and what is left for a filter. */
export interface NamedStretch {
  readonly stretch: KeyCondition;
  readonly rest: readonly Condition[];
}

/** `undefined` unless the partition key is equal to something: then everything has to be read. */
export function namedStretch(schema: KeySchema, where: Condition | undefined): NamedStretch | undefined {
  const parts = partsOf(where);
  const partition = parts.find((part) => equalityOf(part, schema.key.name) !== undefined);
  if (partition === undefined) return undefined;
  const { sortKey } = schema;
  const sort = sortKey === undefined ? undefined : parts.find((part) => narrows(part, sortKey.name));
  const of = sort === undefined ? [partition] : [partition, sort];
  return {
    stretch: toKeyCondition({ op: "and", of }, schema),
    rest: parts.filter((part) => !of.includes(part)),
  };
}

/** All of them, as one; `undefined` for none. */
export function allOf(parts: readonly Condition[]): Condition | undefined {
  return parts.length > 1 ? { op: "and", of: parts } : parts[0];
}

/** What has to hold together. */
function partsOf(where: Condition | undefined): readonly Condition[] {
  if (where === undefined) return [];
  return where.op === "and" ? where.of.flatMap(partsOf) : [where];
}

function equalityOf(part: Condition, name: string): AttributeValue | undefined {
  if (part.op !== "=") return undefined;
  if (isAttribute(part.left, name) && "value" in part.right) return part.right.value;
  return isAttribute(part.right, name) && "value" in part.left ? part.left.value : undefined;
}

function narrows(part: Condition, name: string): boolean {
  switch (part.op) {
    case "=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return (
        (isAttribute(part.left, name) && "value" in part.right) ||
        (isAttribute(part.right, name) && "value" in part.left)
      );
    case "between":
      return isAttribute(part.operand, name) && "value" in part.low && "value" in part.high;
    case "begins-with":
      return isAttribute({ path: part.path }, name) && "value" in part.operand;
    default:
      return false;
  }
}

function isAttribute(operand: Operand, name: string): boolean {
  return "path" in operand && operand.path.length === 1 && operand.path[0] === name;
}
