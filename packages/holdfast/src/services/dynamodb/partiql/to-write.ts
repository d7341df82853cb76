import type { Table } from "../../../model/app-model.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import { maximumItemBytes } from "../../../model/table-limits.ts";
import type { Condition, Write, WriteResult } from "../../../model/table-request.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { validationError } from "../dynamodb-error.ts";
import { projectPaths } from "../expressions/bind-projection.ts";
import { checkItemKeys } from "../key-check.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkUpdate } from "../update-check.ts";
import { requireNamedItem, type NamedItem } from "./key-in-where.ts";
import type { ExistsStatement, WriteStatement } from "./statement.ts";

export interface PlannedWrite {
  readonly table: Table;
  readonly statement: WriteStatement | ExistsStatement;
  readonly write: Write;
}

/** The store's write that the statement is. Throws DynamoDB's errors. */
export function toWrite(
  surroundings: Surroundings,
  statement: WriteStatement | ExistsStatement,
): PlannedWrite {
  const of = statement.kind === "exists" ? statement.select : statement;
  const table = findTable(surroundings, of.table);
  return { table, statement, write: writeOf(table, statement) };
}

function writeOf(table: Table, statement: WriteStatement | ExistsStatement): Write {
  switch (statement.kind) {
    case "insert":
      checkItemKeys(table, statement.item);
      if (itemSizeBytes(statement.item) > maximumItemBytes)
        throw validationError("Item size has exceeded the maximum allowed size");
      return { kind: "put", table: table.name, item: statement.item, condition: isAbsent(table) };
    case "update": {
      const named = requireNamedItem(table, statement.where);
      checkUpdate(table, statement.actions);
      // Other than UpdateItem, UPDATE makes no item (documented).
      const condition = presentAnd(table, named);
      return { kind: "update", table: table.name, key: named.key, actions: statement.actions, condition };
    }
    case "delete": {
      const { key, rest } = requireNamedItem(table, statement.where);
      const write = { kind: "delete", table: table.name, key } as const;
      if (rest.length === 0) return write;
      // No item with that key: nothing is deleted, and that is no error, whatever else was asked of it (documented).
      return { ...write, condition: { op: "or", of: [isAbsent(table), { op: "and", of: rest }] } };
    }
    case "exists": {
      const named = requireNamedItem(table, statement.select.where);
      return { kind: "check", table: table.name, key: named.key, condition: presentAnd(table, named) };
    }
  }
}

function isAbsent({ key }: Table): Condition {
  return { op: "not-exists", path: [key.name] };
}

function presentAnd({ key }: Table, { rest }: NamedItem): Condition {
  return { op: "and", of: [{ op: "exists", path: [key.name] }, ...rest] };
}

/** What the statement's RETURNING asks for; `undefined` for nothing. */
export function returnedBy({ statement }: PlannedWrite, { old, new: now }: WriteResult): Item | undefined {
  const returning = "returning" in statement ? statement.returning : undefined;
  if (returning === undefined) return undefined;
  const item = returning === "ALL_OLD" || returning === "UPDATED_OLD" ? old : now;
  if (item === undefined || returning === "ALL_OLD" || returning === "ALL_NEW") return item;
  const actions = statement.kind === "update" ? statement.actions : [];
  const modified = projectPaths(
    item,
    actions.map(({ path }) => path),
  );
  return Object.keys(modified).length === 0 ? undefined : modified;
}
