import type { AttributePath, UpdateAction, UpdateValue } from "../../../model/table-request.ts";
import { formatDocumentPath } from "../expressions/path-conflicts.ts";
import { expectValue, takeValue } from "./parse-value.ts";
import { malformed } from "./statement-error.ts";
import type { StatementReader } from "./statement-reader.ts";

/** `SET a = 1 SET b = 2 REMOVE c`, and with commas `SET a = 1, b = 2 REMOVE c, d`. */
export function parseActions(reader: StatementReader): readonly UpdateAction[] {
  const actions: UpdateAction[] = [];
  for (;;) {
    if (reader.takeKeyword("SET")) parseEach(reader, () => actions.push(parseSet(reader)));
    else if (reader.takeKeyword("REMOVE"))
      parseEach(reader, () => actions.push({ action: "remove", path: expectTarget(reader) }));
    else if (actions.length > 0) return actions;
    else reader.fail();
  }
}

function parseEach(reader: StatementReader, parseOne: () => void): void {
  do parseOne();
  while (reader.takeSymbol(","));
}

function parseSet(reader: StatementReader): UpdateAction {
  const path = expectTarget(reader);
  reader.expectSymbol("=");
  const name = reader.takeFunction();
  if (name === "set_add" || name === "set_delete") return parseSetChange(reader, name, path);
  const first = name === undefined ? parseOperand(reader) : parseFunction(reader, name);
  const sign = reader.takeOneOf(["+", "-"]);
  if (sign === undefined) return { action: "set", path, value: first };
  const second = parseOperand(reader);
  const value: UpdateValue = sign === "+" ? { plus: [first, second] } : { minus: [first, second] };
  return { action: "set", path, value };
}

/** `set_add(path, <<…>>)` changes the set that is there: the path is that which is set. */
function parseSetChange(reader: StatementReader, name: string, path: AttributePath): UpdateAction {
  const changed = reader.expectPath();
  reader.expectSymbol(",");
  const value = expectValue(reader);
  reader.expectSymbol(")");
  const shown = formatDocumentPath(path);
  if (formatDocumentPath(changed) !== shown)
    throw malformed(`${name} changes the set at ${shown}, so its first operand is that path`);
  if (!("SS" in value || "NS" in value || "BS" in value))
    throw malformed(`The second operand of ${name} is a set`);
  return { action: name === "set_add" ? "add" : "delete", path, value };
}

function parseFunction(reader: StatementReader, name: string): UpdateValue {
  if (name !== "list_append") throw malformed(`Invalid function name; function: ${name}`);
  const first = parseOperand(reader);
  reader.expectSymbol(",");
  const second = parseOperand(reader);
  reader.expectSymbol(")");
  return { listAppend: [first, second] };
}

function expectTarget(reader: StatementReader): AttributePath {
  reader.checkTarget();
  return reader.expectPath();
}

function parseOperand(reader: StatementReader): UpdateValue {
  const value = takeValue(reader);
  return value === undefined ? { path: reader.expectPath() } : { value };
}
