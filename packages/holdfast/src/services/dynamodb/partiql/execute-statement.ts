import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, capacityMember, unitsOfWrite } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem } from "../item-json.ts";
import type { Surroundings } from "../surroundings.ts";
import { runSelect } from "./run-select.ts";
import { runWrite } from "./run-write.ts";
import { statementIn } from "./statement-input.ts";
import { returnedBy, toWrite } from "./to-write.ts";

/** One PartiQL statement: a page of a SELECT, or a write, whose item comes back where RETURNING asks for it. */
export async function executeStatement(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const statement = statementIn(input);
  const detail = capacityDetailIn(input);
  if (statement.kind === "select") return runSelect(surroundings, statement, input);
  // The words are not known.
  if (statement.kind === "exists") throw validationError("EXISTS is supported in ExecuteTransaction only");
  const planned = toWrite(surroundings, statement);
  const result = await runWrite(surroundings, planned, input);
  const returned = returnedBy(planned, result);
  return {
    Items: returned === undefined ? [] : [writeItem(returned)],
    ...capacityMember(detail, planned.table, () => unitsOfWrite(planned.table, result)),
  };
}
