import type { Table, TableIndex } from "../../../model/app-model.ts";
import type { AttributePath, Page } from "../../../model/table-request.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import type { ItemJson } from "../item-json.ts";
import { textIn, wholeNumberIn } from "../members.ts";
import { checkProjection, indexIn, startIn } from "../operations/read-input.ts";
import { pageOutput, readPage, type PagePart, type PageReading } from "../operations/read-page.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { allOf, namedStretch, type NamedStretch } from "./key-in-where.ts";
import { nextToken, startOfToken } from "./page-tokens.ts";
import { selectFrom } from "./project-items.ts";
import type { Order, SelectStatement } from "./statement.ts";

/**
 * A page of a SELECT: a query where the WHERE says what the partition key is, else a scan. DynamoDB also asks for several
 * partitions (`IN`, `OR`) without scanning; what it answers is the same, in an order that it does not promise.
 */
export async function runSelect(
  surroundings: Surroundings,
  statement: SelectStatement,
  input: OperationInput,
): Promise<OperationOutput> {
  const limit = wholeNumberIn(input, "Limit", { least: 1 });
  const request = JSON.stringify([input.Statement, input.Parameters ?? []]);
  const token = textIn(input, "NextToken");
  const table = findTable(surroundings, statement.table);
  const index = indexIn(table, { ...input, IndexName: statement.index });
  const named = namedStretch(index ?? table, statement.where);
  const descending = isDescending(statement, index ?? table, named);
  const roots = statement.paths?.map(([root]): AttributePath => [root]);
  checkProjection(table, index, undefined, roots);
  const start =
    token === undefined
      ? undefined
      : startIn(table, index, { ExclusiveStartKey: startOfToken(request, token) });
  const reading: PageReading = {
    table,
    index,
    filter: named === undefined ? statement.where : allOf(named.rest),
    limit,
    start,
    detail: capacityDetailIn(input),
    ask: askOf(surroundings, table, index, named, descending),
  };
  const page = await readPage(reading);
  const output = await pageOutput(surroundings, input, reading, page, {
    select: undefined,
    projection: roots,
  });
  const { Items, LastEvaluatedKey, ConsumedCapacity } = output;
  const items = Items as readonly ItemJson[];
  const { paths } = statement;
  return {
    Items: paths === undefined ? items : items.map((item) => selectFrom(item, paths)),
    ...(LastEvaluatedKey !== undefined && {
      NextToken: nextToken(request, LastEvaluatedKey),
      LastEvaluatedKey,
    }),
    ...(ConsumedCapacity !== undefined && { ConsumedCapacity }),
  };
}

function askOf(
  { tables }: Surroundings,
  table: Table,
  index: TableIndex | undefined,
  named: NamedStretch | undefined,
  descending: boolean,
): (part: PagePart) => Promise<Page> {
  const from = { table: table.name, ...(index !== undefined && { index: index.name }) };
  if (named === undefined) return (part) => tables.scan({ ...from, ...part });
  return (part) => tables.query({ ...from, ...named.stretch, ...part, descending });
}

/** Only a partition has an order, which is that of its sort key. The words are DynamoDB's as far as they are known. */
function isDescending(
  { where, order }: SelectStatement,
  schema: Pick<TableIndex, "key" | "sortKey">,
  named: NamedStretch | undefined,
): boolean {
  if (order === undefined) return false;
  if (where === undefined)
    throw validationError("Must have WHERE clause in the statement when using ORDER BY clause.");
  if (named === undefined)
    throw validationError(
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    );
  const names = [schema.key.name, ...(schema.sortKey === undefined ? [] : [schema.sortKey.name])];
  const other = order.find(({ path }) => path.length > 1 || !names.includes(path[0]));
  if (other !== undefined)
    throw validationError(`Attribute ${other.path[0]} in ORDER BY clause must be part of the primary key`);
  return directionOf(order, schema.sortKey?.name);
}

/** Of the partition key there is one value, so its direction makes no difference. */
function directionOf(order: readonly Order[], sortKey: string | undefined): boolean {
  return order.find(({ path }) => path[0] === sortKey)?.descending ?? false;
}
