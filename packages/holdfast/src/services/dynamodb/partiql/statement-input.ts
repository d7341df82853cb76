import type { OperationInput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { absent, constraintError, listIn, recordsIn, requireList, textIn } from "../members.ts";
import { parseStatement } from "./parse-statement.ts";
import type { Statement } from "./statement.ts";

const maximumStatementCharacters = 8192;

/** The input's statement, with its parameters in it. */
export function statementIn(input: OperationInput): Statement {
  const text = textIn(input, "Statement") ?? absent("Statement");
  if (text.length < 1)
    throw constraintError(text, "Statement", "Member must have length greater than or equal to 1");
  if (text.length > maximumStatementCharacters)
    throw constraintError(
      text,
      "Statement",
      `Member must have length less than or equal to ${maximumStatementCharacters}`,
    );
  const parameters = listIn(input, "Parameters");
  if (parameters?.length === 0)
    throw constraintError("[]", "Parameters", "Member must have length greater than or equal to 1");
  return parseStatement(text, parameters ?? []);
}

/** The statements of a batch or a transaction, each still to be read. */
export function statementsIn(
  input: OperationInput,
  name: "Statements" | "TransactStatements",
  most: number,
): readonly OperationInput[] {
  const statements = recordsIn(requireList(input, name));
  if (statements.length >= 1 && statements.length <= most) return statements;
  const bound = statements.length === 0 ? "greater than or equal to 1" : `less than or equal to ${most}`;
  throw constraintError(`[${statements.length} items]`, name, `Member must have length ${bound}`);
}

/** Batches and transactions read or write (documented; the words are not known). */
export function checkReadsOrWrites(operation: string, statements: readonly Statement[]): void {
  const reads = statements.filter(({ kind }) => kind === "select").length;
  if (reads > 0 && reads < statements.length)
    throw validationError(`${operation} does not support both read and write statements in the same request`);
}
