import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { evaluateCondition } from "../../../model/condition.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem, type ItemJson } from "../item-json.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { namedItem, type NamedItem } from "./key-in-where.ts";
import { selectFrom } from "./project-items.ts";
import type { SelectStatement } from "./statement.ts";

/** A SELECT of one item, by its key: what batches and transactions take. */
export interface NamedRead {
  readonly table: Table;
  readonly named: NamedItem;
  readonly statement: SelectStatement;
}

/** `operation` is for the error's words, which are DynamoDB's. */
export function readNamed(
  surroundings: Surroundings,
  statement: SelectStatement,
  operation: string,
): NamedRead {
  const table = findTable(surroundings, statement.table);
  const named = statement.index === undefined ? namedItem(table, statement.where) : undefined;
  if (named !== undefined) return { table, named, statement };
  throw validationError(
    `Select statements within ${operation} must specify the primary key in the where clause.`,
  );
}

/** The item as the SELECT wants it; `undefined` when the rest of its WHERE does not hold. */
export function showNamed({ named, statement }: NamedRead, item: Item | undefined): ItemJson | undefined {
  if (item === undefined || !named.rest.every((part) => evaluateCondition(part, item))) return undefined;
  const shown = writeItem(item);
  return statement.paths === undefined ? shown : selectFrom(shown, statement.paths);
}
