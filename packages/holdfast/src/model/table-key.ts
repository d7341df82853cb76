import type { KeyAttribute, Table, TableIndex } from "./app-model.ts";
import {
  attributeOf,
  attributeTypeOf,
  type AttributeType,
  type AttributeValue,
  type Item,
} from "./attribute-value.ts";
import { encodeKey } from "./key-order.ts";
import { maximumPartitionKeyBytes, maximumSortKeyBytes } from "./table-limits.ts";
import { requestInvalid } from "./table-request-error.ts";

/** A key as bytes in DynamoDB's order, none of them empty; `sort` is one byte where there is no sort key. */
export interface KeyBytes {
  readonly partition: Uint8Array;
  readonly sort: Uint8Array;
}

/** A table's or an index's key. */
export interface KeySchema {
  readonly key: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/**
 * Where the item stands in the table. Throws `TABLE_REQUEST_INVALID` when a key attribute is absent, of another type,
 * empty or too long.
 */
export function primaryKeyOf(table: Table, item: Item): KeyBytes {
  return keyBytesOf(table, item, table.name);
}

/** As `primaryKeyOf`, of a key on its own: throws when it holds other attributes too. */
export function exactKeyOf(table: Table, key: Item): KeyBytes {
  const names = keyNames(table);
  const others = Object.keys(key).filter((name) => !names.includes(name));
  if (others.length > 0) {
    throw requestInvalid(
      `${others.join(", ")} cannot be in a key of ${table.name}: it has ${names.join(" and ")}`,
    );
  }
  return primaryKeyOf(table, key);
}

/** Where the item stands in the index; `undefined` when it does not: an index holds what has all of its key. */
export function indexKeyOf(index: TableIndex, item: Item): KeyBytes | undefined {
  const attributes = keyAttributes(index);
  const fits = attributes.every((attribute) => {
    const value = attributeOf(item, attribute.name);
    return value !== undefined && keyFault(attribute, value, limitOf(index, attribute)) === undefined;
  });
  return fits ? keyBytesOf(index, item, index.name) : undefined;
}

/** Throws `TABLE_REQUEST_INVALID` when an attribute that is an index's key has what cannot be one, as DynamoDB does. */
export function checkIndexKeys(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const attribute of keyAttributes(index)) {
      const value = attributeOf(item, attribute.name);
      if (value !== undefined)
        encodeKeyAttribute(index, attribute, value, `${table.name}, index ${index.name}`);
    }
  }
}

/** A key attribute's value as bytes, checked; `where` is for messages. Throws `TABLE_REQUEST_INVALID`. */
export function encodeKeyAttribute(
  schema: KeySchema,
  attribute: KeyAttribute,
  value: AttributeValue,
  where: string,
): Uint8Array {
  const fault = keyFault(attribute, value, limitOf(schema, attribute));
  if (fault !== undefined) throw requestInvalid(`The key ${attribute.name} of ${where} ${fault}`);
  return encodeKey(value);
}

export function keyNames(schema: KeySchema): readonly string[] {
  return keyAttributes(schema).map(({ name }) => name);
}

/** Just the attributes of these names. */
export function pickAttributes(item: Item, names: readonly string[]): Item {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
}

function keyBytesOf(schema: KeySchema, item: Item, where: string): KeyBytes {
  const [partition, sort] = keyAttributes(schema).map((attribute) => {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) throw requestInvalid(`The key ${attribute.name} of ${where} is absent`);
    return encodeKeyAttribute(schema, attribute, value, where);
  });
  return { partition: partition ?? placeholder, sort: sort ?? placeholder };
}

/** Not empty, because node:sqlite takes empty bytes for NULL on Node 22. */
const placeholder = Uint8Array.of(0);

function keyAttributes({ key, sortKey }: KeySchema): readonly KeyAttribute[] {
  return sortKey === undefined ? [key] : [key, sortKey];
}

function limitOf(schema: KeySchema, attribute: KeyAttribute): number {
  return attribute === schema.key ? maximumPartitionKeyBytes : maximumSortKeyBytes;
}

/** What is wrong with a value as this key, in words that follow the key's name. */
function keyFault(attribute: KeyAttribute, value: AttributeValue, maximumBytes: number): string | undefined {
  const type = typeLetter[attribute.type];
  if (!(type in value)) return `is a ${attribute.type} (${type}), not ${attributeTypeOf(value)}`;
  if ("N" in value) return undefined;
  const bytes = encodeKey(value).byteLength;
  if (bytes === 0) return "is empty";
  return bytes > maximumBytes ? `has ${bytes} bytes; ${maximumBytes} are allowed` : undefined;
}

const typeLetter = { string: "S", number: "N", binary: "B" } as const satisfies Record<
  KeyAttribute["type"],
  AttributeType
>;
