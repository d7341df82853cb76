import type { Item } from "../../model/attribute-value.ts";
import type { AttributePath, Condition, UpdateAction } from "../../model/table-request.ts";
import type { OperationInput } from "../service-face.ts";
import { validationError } from "./dynamodb-error.ts";
import { bindCondition } from "./expressions/bind-condition.ts";
import { bindProjection, projectPaths } from "./expressions/bind-projection.ts";
import { bindUpdate } from "./expressions/bind-update.ts";
import type { Bindings } from "./expressions/bindings.ts";
import { writeItem, type ItemJson } from "./item-json.ts";
import { textIn } from "./members.ts";
import type { Surroundings } from "./surroundings.ts";

/** The input's condition or filter of that name. */
export function conditionIn(
  { expressions }: Surroundings,
  input: OperationInput,
  name: string,
  bindings: Bindings,
): Condition | undefined {
  const text = textIn(input, name);
  return text === undefined ? undefined : bindCondition(name, expressions.condition(name, text), bindings);
}

export function updateIn(
  { expressions }: Surroundings,
  input: OperationInput,
  bindings: Bindings,
): readonly UpdateAction[] | undefined {
  const text = textIn(input, "UpdateExpression");
  return text === undefined ? undefined : bindUpdate(expressions.update(text), bindings);
}

export function projectionIn(
  { expressions }: Surroundings,
  input: OperationInput,
  bindings: Bindings,
): readonly AttributePath[] | undefined {
  const text = textIn(input, "ProjectionExpression");
  return text === undefined ? undefined : bindProjection(expressions.projection(text), bindings);
}

/** Throws when a request has parameters of both of DynamoDB's generations. */
export function checkOneGeneration(
  input: OperationInput,
  expressions: readonly string[],
  legacy: readonly string[],
): void {
  const given = (names: readonly string[]) =>
    names.filter((name) => (input[name] ?? undefined) !== undefined);
  const old = given(legacy);
  if (old.length === 0) return;
  const fresh = given(expressions);
  if (fresh.length > 0)
    throw validationError(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(", ")}} Expression parameters: {${fresh.join(", ")}}`,
    );
}

/** The item as JSON, or just what is wanted of it. */
export function showItem(item: Item, projection: readonly AttributePath[] | undefined): ItemJson {
  return writeItem(projection === undefined ? item : projectPaths(item, projection));
}
