import type { Clock } from "../../base/clock.ts";
import type { AppModel, Table } from "../../model/app-model.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { ClientTokens } from "./client-tokens.ts";
import { absent, constraintError } from "./members.ts";
import type { ExpressionCache } from "./expressions/expression-cache.ts";

export interface DynamoDbOptions {
  readonly tables: TableStore;
  /** Only the tables that it declares can be reached; as long as there is none, there are no tables. */
  readonly model: () => AppModel | undefined;
  readonly clock: Clock;
}

/** What the operations stand on. */
export interface Surroundings extends DynamoDbOptions {
  readonly expressions: ExpressionCache;
  readonly tokens: ClientTokens;
  /** When the face came to be, in milliseconds since 1970: the time that its tables are said to be from. */
  readonly sinceMs: number;
}

/** The table of that name or ARN. Throws `ResourceNotFoundException`. */
export function findTable(surroundings: Surroundings, nameOrArn: string | undefined): Table {
  const table = lookUp(surroundings, nameOrArn);
  if (table !== undefined) return table;
  throw new AwsServiceError("ResourceNotFoundException", "Requested resource not found");
}

/** As `findTable`, with the words that the operations on tables themselves have. */
export function findDescribedTable(surroundings: Surroundings, nameOrArn: string | undefined): Table {
  const table = lookUp(surroundings, nameOrArn);
  if (table !== undefined) return table;
  throw new AwsServiceError(
    "ResourceNotFoundException",
    `Requested resource not found: Table: ${tableNameIn(nameOrArn ?? "")} not found`,
  );
}

/** The name at the end of an ARN, or the name itself. */
export function tableNameIn(nameOrArn: string): string {
  return /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/(?<name>[^/]+)/.exec(nameOrArn)?.groups?.name ?? nameOrArn;
}

function lookUp({ model }: Surroundings, nameOrArn: string | undefined): Table | undefined {
  if (nameOrArn === undefined) absent("TableName");
  const wanted = tableNameIn(nameOrArn);
  const table = model()?.tables.find(({ name }) => name === wanted);
  // The app's own names may be shorter than AWS allows.
  if (table === undefined) checkTableName(nameOrArn);
  return table;
}

function checkTableName(name: string): void {
  if (name.length < 1)
    throw constraintError(name, "TableName", "Member must have length greater than or equal to 1");
  if (name.length > 1024)
    throw constraintError(name, "TableName", "Member must have length less than or equal to 1024");
}
