import type { KeyAttribute, Table } from "../../model/app-model.ts";
import { attributeOf, attributeTypeOf, type AttributeValue, type Item } from "../../model/attribute-value.ts";
import { maximumPartitionKeyBytes, maximumSortKeyBytes } from "../../model/table-limits.ts";
import { invalidParameter, validationError } from "./dynamodb-error.ts";

export const keyTypeLetter = { string: "S", number: "N", binary: "B" } as const;

/** Throws DynamoDB's errors unless the key has exactly the table's key attributes, with values that can be such. */
export function checkKey(table: Table, key: Item): void {
  const attributes = keyAttributesOf(table);
  const fits =
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => {
      const value = attributeOf(key, name);
      return value !== undefined && attributeTypeOf(value) === keyTypeLetter[type];
    });
  if (!fits) throw validationError("The provided key element does not match the schema");
  checkKeyValues(table, key);
}

/** Throws DynamoDB's errors unless the table and its indexes can hold the item under its keys. */
export function checkItemKeys(table: Table, item: Item): void {
  for (const { name, type } of keyAttributesOf(table)) {
    const value = attributeOf(item, name);
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
    const actual = attributeTypeOf(value);
    if (actual !== keyTypeLetter[type])
      throw invalidParameter(
        `Type mismatch for key ${name} expected: ${keyTypeLetter[type]} actual: ${actual}`,
      );
  }
  checkKeyValues(table, item);
  checkIndexKeyValues(table, item);
}

export function checkIndexKeyValues(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const { name, type } of keyAttributesOf(index)) {
      const value = attributeOf(item, name);
      if (value === undefined) continue;
      const actual = attributeTypeOf(value);
      if (actual !== keyTypeLetter[type])
        throw invalidParameter(
          `Type mismatch for Index Key ${name} Expected: ${keyTypeLetter[type]} Actual: ${actual} IndexName: ${index.name}`,
        );
      const kind = emptyKind(value);
      if (kind !== undefined)
        throw validationError(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${index.name}, IndexKey: ${name}`,
        );
    }
  }
}

export function checkKeyNotEmpty(name: string, value: AttributeValue): void {
  const kind = emptyKind(value);
  if (kind !== undefined)
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
}

export function keyAttributesOf(schema: {
  readonly key: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}): readonly KeyAttribute[] {
  return schema.sortKey === undefined ? [schema.key] : [schema.key, schema.sortKey];
}

function checkKeyValues(table: Table, item: Item): void {
  for (const attribute of keyAttributesOf(table)) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) continue;
    checkKeyNotEmpty(attribute.name, value);
    const bytes = "S" in value ? Buffer.byteLength(value.S) : "B" in value ? value.B.byteLength : 0;
    // The missing blank is DynamoDB's.
    if (attribute === table.key && bytes > maximumPartitionKeyBytes)
      throw invalidParameter(
        `Size of hashkey has exceeded the maximum size limit of${maximumPartitionKeyBytes} bytes`,
      );
    if (attribute !== table.key && bytes > maximumSortKeyBytes)
      throw invalidParameter(
        `Aggregated size of all range keys has exceeded the size limit of ${maximumSortKeyBytes} bytes`,
      );
  }
}

function emptyKind(value: AttributeValue): "string" | "binary" | undefined {
  if ("S" in value && value.S === "") return "string";
  return "B" in value && value.B.byteLength === 0 ? "binary" : undefined;
}
