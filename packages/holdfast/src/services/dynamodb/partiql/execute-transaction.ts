import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, unitsOfWrite, type CapacityDetail } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { onceByToken } from "../operations/once-by-token.ts";
import { wantsItemOnFailure } from "../operations/write-failure.ts";
import { fromStore } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { AwsServiceError } from "../../aws-service-error.ts";
import { readNamed, showNamed } from "./read-named.ts";
import { capacitiesMember, unitsOfRead } from "./statement-capacity.ts";
import { checkReadsOrWrites, statementIn, statementsIn } from "./statement-input.ts";
import type { SelectStatement, Statement } from "./statement.ts";
import { toWrite, type PlannedWrite } from "./to-write.ts";
import { writeTogether } from "./write-together.ts";

const maximumStatements = 100;

/** All or nothing; with a `ClientRequestToken` once only, however often it is sent within ten minutes. */
export async function executeTransaction(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  return onceByToken(surroundings, input, ["ExecuteTransaction", input.TransactStatements], () =>
    run(surroundings, input),
  );
}

async function run(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const requests = statementsIn(input, "TransactStatements", maximumStatements);
  const detail = capacityDetailIn(input);
  const statements = requests.map((one, at) => ofStatement(at, () => statementIn(one)));
  checkReadsOrWrites("ExecuteTransaction", statements);
  const selects = statements.filter((one) => one.kind === "select");
  return selects.length > 0
    ? read(surroundings, selects, detail)
    : write(surroundings, statements, requests, detail);
}

/** All are asked for in one turn, and stores keep the order of the calls: no write comes between them. */
async function read(
  surroundings: Surroundings,
  statements: readonly SelectStatement[],
  detail: CapacityDetail,
): Promise<OperationOutput> {
  const reads = statements.map((one, at) =>
    ofStatement(at, () => readNamed(surroundings, one, "ExecuteTransaction")),
  );
  const items = await fromStore(() =>
    Promise.all(reads.map(({ table, named }) => surroundings.tables.get(table.name, named.key))),
  );
  return {
    Responses: reads.map((one, at) => {
      const shown = showNamed(one, items[at]);
      return shown === undefined ? {} : { Item: shown };
    }),
    ...capacitiesMember(
      detail,
      reads.map(({ table }, at) => ({ table, units: unitsOfRead(items[at], true) })),
      2,
    ),
  };
}

async function write(
  surroundings: Surroundings,
  statements: readonly Statement[],
  requests: readonly OperationInput[],
  detail: CapacityDetail,
): Promise<OperationOutput> {
  const writes = statements.map((one, at) => ofStatement(at, () => planned(surroundings, one)));
  const results = await writeTogether(surroundings, writes, requests.map(wantsItemOnFailure));
  return {
    Responses: writes.map(() => ({})),
    ...capacitiesMember(
      detail,
      writes.map(({ table }, at) => ({ table, units: unitsOfWrite(table, results[at] ?? {}) })),
      2,
    ),
  };
}

function planned(surroundings: Surroundings, statement: Statement): PlannedWrite {
  // It stands among writes only: `checkReadsOrWrites` has seen to that.
  if (statement.kind === "select") throw new Error("A transaction that writes has no SELECT");
  // Documented to be unsupported; the words are not known.
  if ("returning" in statement) throw validationError("RETURNING is not supported in ExecuteTransaction");
  return toWrite(surroundings, statement);
}

/** What is wrong with a statement whatever the items are: the words before the fault's own are DynamoDB's. */
function ofStatement<Result>(at: number, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AwsServiceError && error.code === "ValidationException")) throw error;
    throw validationError(`Validation failed in TransactStatements[${at}]: ${error.message}`);
  }
}
