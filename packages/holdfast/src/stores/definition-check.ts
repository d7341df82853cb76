import { HoldfastError } from "../base/errors.ts";
import type { KeyAttribute, Table } from "../model/app-model.ts";
import { changeJournal } from "../model/change-journal.ts";

/** Throws `TABLE_INVALID` when two tables have one name. */
export function checkDefinitions(tables: readonly Table[]): void {
  const names = tables.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) {
    throw new HoldfastError("TABLE_INVALID", `Two tables are named ${repeated}`, {
      hint: "Rename one of the two.",
    });
  }
}

/** Whether items stored under one key can go on under the other. */
export function hasSameKey(a: Table, b: Table): boolean {
  return isSameAttribute(a.key, b.key) && isSameAttribute(a.sortKey, b.sortKey);
}

export function schemaChanged(stored: Table, wanted: Table): HoldfastError {
  return new HoldfastError(
    "TABLE_SCHEMA_CHANGED",
    `The key of table ${wanted.name} is ${describeKey(stored)} and cannot become ${describeKey(wanted)}: it holds items`,
  );
}

export function isSameAttribute(a: KeyAttribute | undefined, b: KeyAttribute | undefined): boolean {
  return a?.name === b?.name && a?.type === b?.type;
}

function describeKey({ key, sortKey }: Table): string {
  return [key, ...(sortKey === undefined ? [] : [sortKey])]
    .map(({ name, type }) => `${name} (${type})`)
    .join(", ");
}

/** The tables, and where one of them has a stream, the journal that its changes are written to. */
export function withJournal(tables: readonly Table[]): readonly Table[] {
  const isNeeded = tables.some(({ stream }) => stream !== undefined);
  return isNeeded ? [...tables, changeJournal] : tables;
}
