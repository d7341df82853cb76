import type { AttributePath, Condition } from "../../../model/table-request.ts";
import { validationError } from "../dynamodb-error.ts";
import { checkPathsApart } from "../expressions/path-conflicts.ts";
import { parseCondition } from "./parse-condition.ts";
import { parseActions } from "./parse-update.ts";
import { expectValue } from "./parse-value.ts";
import { malformed } from "./statement-error.ts";
import { StatementReader } from "./statement-reader.ts";
import type {
  DeleteStatement,
  InsertStatement,
  Order,
  Returning,
  SelectStatement,
  Statement,
  UpdateStatement,
} from "./statement.ts";

/** The statement with its parameters, attribute values in DynamoDB's JSON, in it. Throws `ValidationException`. */
export function parseStatement(text: string, parameters: readonly unknown[]): Statement {
  const reader = new StatementReader(text, parameters);
  const statement = parseAny(reader);
  reader.expectEnd();
  return statement;
}

function parseAny(reader: StatementReader): Statement {
  if (reader.takeKeyword("SELECT")) return parseSelect(reader);
  if (reader.takeKeyword("INSERT")) return parseInsert(reader);
  if (reader.takeKeyword("UPDATE")) return parseUpdate(reader);
  if (reader.takeKeyword("DELETE")) return parseDelete(reader);
  // The words are DynamoDB's.
  if (!reader.takeKeyword("EXISTS")) throw malformed("Expected data manipulation");
  reader.expectSymbol("(");
  reader.expectKeyword("SELECT");
  const select = parseSelect(reader);
  reader.expectSymbol(")");
  return { kind: "exists", select };
}

/** No aggregates, aliases, joins or groups: DynamoDB has none of them either. */
function parseSelect(reader: StatementReader): SelectStatement {
  const paths = reader.takeSymbol("*") ? undefined : parsePaths(reader);
  reader.expectKeyword("FROM");
  const table = reader.expectName();
  const index = reader.takeSymbol(".") ? reader.expectName() : undefined;
  checkNoAlias(reader);
  const where = parseWhere(reader);
  const order = reader.takeKeyword("ORDER") ? parseOrder(reader) : undefined;
  return {
    kind: "select",
    table,
    ...(index !== undefined && { index }),
    ...(paths !== undefined && { paths }),
    ...where,
    ...(order !== undefined && { order }),
  };
}

function parsePaths(reader: StatementReader): readonly AttributePath[] {
  const paths: AttributePath[] = [];
  do paths.push(reader.expectPath());
  while (reader.takeSymbol(","));
  return paths;
}

function parseOrder(reader: StatementReader): readonly Order[] {
  reader.expectKeyword("BY");
  const order: Order[] = [];
  do {
    const path = reader.expectPath();
    const descending = reader.takeKeyword("DESC");
    if (!descending) reader.takeKeyword("ASC");
    order.push({ path, descending });
  } while (reader.takeSymbol(","));
  return order;
}

function parseInsert(reader: StatementReader): InsertStatement {
  reader.expectKeyword("INTO");
  reader.checkTarget();
  const table = reader.expectName();
  // The words are DynamoDB's.
  if (reader.isName) throw malformed("Unexpected token after expression");
  reader.expectKeyword("VALUE");
  const value = expectValue(reader);
  if ("M" in value) return { kind: "insert", table, item: value.M };
  throw malformed("The value to insert is a map");
}

function parseUpdate(reader: StatementReader): UpdateStatement {
  const table = expectChangedTable(reader);
  // The words are DynamoDB's: what follows the table makes the statement one that changes data.
  if (!reader.isKeyword("SET") && !reader.isKeyword("REMOVE")) throw malformed("Expected data manipulation");
  const actions = parseActions(reader);
  checkPathsApart(
    "UpdateExpression",
    actions.map(({ path }) => path),
  );
  return { kind: "update", table, actions, ...parseWhere(reader), ...parseReturning(reader) };
}

function parseDelete(reader: StatementReader): DeleteStatement {
  reader.expectKeyword("FROM");
  const table = expectChangedTable(reader);
  const where = parseWhere(reader);
  const returned = parseReturning(reader);
  if (returned.returning !== undefined && returned.returning !== "ALL_OLD")
    throw malformed("DELETE returns ALL OLD * only");
  return { kind: "delete", table, ...where, ...returned };
}

function expectChangedTable(reader: StatementReader): string {
  reader.checkTarget();
  const table = reader.expectName();
  checkNoAlias(reader);
  return table;
}

/** The words are DynamoDB's. */
function checkNoAlias(reader: StatementReader): void {
  if (reader.isKeyword("AS") || reader.isName) throw validationError("Aliasing is not supported");
}

/** An absent one is refused where the key is looked for in it, as DynamoDB does. */
function parseWhere(reader: StatementReader): { readonly where?: Condition } {
  return reader.takeKeyword("WHERE") ? { where: parseCondition(reader) } : {};
}

function parseReturning(reader: StatementReader): { readonly returning?: Returning } {
  if (!reader.takeKeyword("RETURNING")) return {};
  const isAll = reader.takeKeyword("ALL");
  if (!isAll) reader.expectKeyword("MODIFIED");
  const isOld = reader.takeKeyword("OLD");
  if (!isOld) reader.expectKeyword("NEW");
  reader.expectSymbol("*");
  if (isAll) return { returning: isOld ? "ALL_OLD" : "ALL_NEW" };
  return { returning: isOld ? "UPDATED_OLD" : "UPDATED_NEW" };
}
