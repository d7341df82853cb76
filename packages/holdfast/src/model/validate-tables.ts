import type { KeyAttribute, Table, TableIndex } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { byParent, repeated, type Inventory, type Located, type LocatedIn } from "./inventory.ts";

/** DynamoDB's bound on key attributes' names, in bytes of UTF-8. */
const maximumKeyNameBytes = 255;
/** DynamoDB's quota of global secondary indexes. */
const maximumIndexes = 20;

/** Keys, indexes and expiry of tables. */
export function checkTables({ tables, indexes }: Inventory): readonly Finding[] {
  return [
    ...tables.flatMap(checkTable),
    ...indexes.flatMap(checkKeys),
    ...byParent(indexes)
      .flatMap((ofTable) => repeated(ofTable, ({ value }) => value.name))
      .map((index) => invalid(index, `There is another ${index.title}`)),
  ];
}

function checkTable(table: Located<Table>): readonly Finding[] {
  const { ttl, indexes } = table.value;
  const tooMany = indexes.length > maximumIndexes;
  return [
    ...checkKeys(table),
    ...checkTypes(table),
    ...(ttl === undefined ? [] : checkTtl(table, ttl)),
    ...(tooMany ? [invalid(table, `${table.title} has more than ${maximumIndexes} indexes`)] : []),
  ];
}

function checkKeys(keyed: Located<Table> | LocatedIn<TableIndex, Table>): readonly Finding[] {
  const attributes = keysOf(keyed.value);
  const unusable = attributes.filter(
    ({ name }) => name === "" || Buffer.byteLength(name) > maximumKeyNameBytes,
  );
  const { key, sortKey } = keyed.value;
  return [
    ...unusable.map(({ name }) =>
      invalid(
        keyed,
        `A key attribute of ${keyed.title} is called "${name.slice(0, 200)}"; names have 1 to ${maximumKeyNameBytes} bytes`,
      ),
    ),
    ...(key.name === sortKey?.name
      ? [invalid(keyed, `The key and the sort key of ${keyed.title} are both "${key.name}"`)]
      : []),
  ];
}

/** An attribute has one type, whichever of the table's keys it is in. */
function checkTypes(table: Located<Table>): readonly Finding[] {
  const attributes = [table.value, ...table.value.indexes].flatMap(keysOf);
  return [...Map.groupBy(attributes, ({ name }) => name)].flatMap(([name, uses]) => {
    const types = [...new Set(uses.map(({ type }) => type))];
    if (types.length === 1) return [];
    return [invalid(table, `The attribute "${name}" of ${table.title} is used as ${types.join(" and as ")}`)];
  });
}

function checkTtl(table: Located<Table>, ttl: string): readonly Finding[] {
  if (ttl === "") return [invalid(table, `The ttl attribute of ${table.title} has no name`)];
  if (keysOf(table.value).some(({ name }) => name === ttl))
    return [invalid(table, `The ttl attribute "${ttl}" of ${table.title} is one of its key attributes`)];
  const inIndex = table.value.indexes.flatMap(keysOf).find(({ name }) => name === ttl);
  if (inIndex === undefined || inIndex.type === "number") return [];
  return [
    invalid(table, `The ttl attribute "${ttl}" of ${table.title} is used as ${inIndex.type}; it is a number`),
  ];
}

function keysOf({ key, sortKey }: Table | TableIndex): readonly KeyAttribute[] {
  return sortKey === undefined ? [key] : [key, sortKey];
}

function invalid(located: Located<unknown>, message: string): Finding {
  return errorAbout(located, "TABLE_INVALID", message);
}
