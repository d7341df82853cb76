import { AwsServiceError } from "../../aws-service-error.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, unitsOfWrite } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem } from "../item-json.ts";
import { flagIn } from "../members.ts";
import { fromStore } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { readNamed, showNamed } from "./read-named.ts";
import { runWrite } from "./run-write.ts";
import { capacitiesMember, unitsOfRead, type StatementUnits } from "./statement-capacity.ts";
import { checkReadsOrWrites, statementIn, statementsIn } from "./statement-input.ts";
import type { Statement } from "./statement.ts";
import { returnedBy, toWrite } from "./to-write.ts";

const maximumStatements = 25;

interface Outcome {
  readonly response: OperationOutput;
  readonly taken?: StatementUnits;
}

/** Each statement by itself, and each with an error of its own: one that fails leaves the others as they are. */
export async function batchExecuteStatement(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const requests = statementsIn(input, "Statements", maximumStatements);
  const detail = capacityDetailIn(input);
  const read = requests.map(readRequest);
  const statements = read.flatMap((one) => ("statement" in one ? [one.statement] : []));
  checkReadsOrWrites("BatchExecuteStatement", statements);
  const outcomes = await Promise.all(
    read.map(async (one) => ("statement" in one ? run(surroundings, one) : failed(one.error))),
  );
  return {
    Responses: outcomes.map(({ response }) => response),
    ...capacitiesMember(
      detail,
      outcomes.flatMap(({ taken }) => taken ?? []),
    ),
  };
}

interface Read {
  readonly request: OperationInput;
  readonly statement: Statement;
}

function readRequest(request: OperationInput): Read | { readonly error: unknown } {
  try {
    return { request, statement: statementIn(request) };
  } catch (error) {
    return { error };
  }
}

async function run(surroundings: Surroundings, read: Read): Promise<Outcome> {
  try {
    return await runOne(surroundings, read);
  } catch (error) {
    return failed(error, tableOf(read.statement));
  }
}

async function runOne(surroundings: Surroundings, { request, statement }: Read): Promise<Outcome> {
  if (statement.kind === "select") {
    const found = readNamed(surroundings, statement, "BatchExecuteStatement");
    const item = await fromStore(() => surroundings.tables.get(found.table.name, found.named.key));
    const shown = showNamed(found, item);
    return {
      response: { TableName: found.table.name, ...(shown !== undefined && { Item: shown }) },
      taken: { table: found.table, units: unitsOfRead(item, flagIn(request, "ConsistentRead")) },
    };
  }
  // The words are not known.
  if (statement.kind === "exists") throw validationError("EXISTS is supported in ExecuteTransaction only");
  const planned = toWrite(surroundings, statement);
  const result = await runWrite(surroundings, planned, request);
  const returned = returnedBy(planned, result);
  return {
    response: {
      TableName: planned.table.name,
      ...(returned !== undefined && { Item: writeItem(returned) }),
    },
    taken: { table: planned.table, units: unitsOfWrite(planned.table, result) },
  };
}

/** The codes are the errors' names without their end, save for one. */
function failed(error: unknown, table?: string): Outcome {
  if (!(error instanceof AwsServiceError)) throw error;
  // JSON of another shape is no statement's fault: it is the request's.
  if (error.code === "SerializationException") throw error;
  const Code =
    error.code === "ValidationException" ? "ValidationError" : error.code.replace(/Exception$/, "");
  return {
    response: {
      Error: { Code, Message: error.message, ...error.details },
      ...(table !== undefined && { TableName: table }),
    },
  };
}

function tableOf(statement: Statement): string {
  return statement.kind === "exists" ? statement.select.table : statement.table;
}
