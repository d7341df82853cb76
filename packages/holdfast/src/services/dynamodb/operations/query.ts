import { attributeOf, type Item } from "../../../model/attribute-value.ts";
import type { Condition } from "../../../model/table-request.ts";
import { equalValues } from "../../../model/value-comparison.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn } from "../capacity.ts";
import { invalidParameter, validationError } from "../dynamodb-error.ts";
import {
  narrow,
  toKeyCondition,
  type KeyCondition,
  type KeyTest,
} from "../expressions/bind-key-condition.ts";
import { Bindings } from "../expressions/bindings.ts";
import { keyAttributesOf } from "../key-check.ts";
import { legacyConditionIn, legacyKeyTestsIn, legacyProjectionIn } from "../legacy.ts";
import { flagIn, textIn, wholeNumberIn } from "../members.ts";
import { checkOneGeneration, conditionIn, projectionIn } from "../request-parts.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkProjection, indexIn, rootsOf, selectIn, startIn } from "./read-input.ts";
import { pageOutput, readPage, type PageReading } from "./read-page.ts";

const expressions = ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"];
const legacy = ["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"];

export async function query(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const name = textIn(input, "TableName");
  const limit = wholeNumberIn(input, "Limit", { least: 1 });
  checkOneGeneration(input, expressions, legacy);
  const select = selectIn(input);
  const bindings = new Bindings(input, expressions);
  const keyCondition = conditionIn(surroundings, input, "KeyConditionExpression", bindings);
  const keyTests = legacyKeyTestsIn(input);
  const filter =
    conditionIn(surroundings, input, "FilterExpression", bindings) ?? legacyConditionIn(input, "QueryFilter");
  const projection = projectionIn(surroundings, input, bindings) ?? legacyProjectionIn(input);
  bindings.checkUsed();
  const detail = capacityDetailIn(input);
  const table = findTable(surroundings, name);
  const index = indexIn(table, input);
  const stretch = stretchOf(keyCondition, keyTests, index ?? table);
  checkFilter(filter, index ?? table, keyTests !== undefined);
  checkProjection(table, index, select, projection);
  const start = startIn(table, index, input);
  checkStart(start, stretch, index ?? table);
  const descending = input.ScanIndexForward !== undefined && !flagIn(input, "ScanIndexForward");
  const reading: PageReading = {
    table,
    index,
    filter,
    limit,
    start,
    detail,
    ask: (part) =>
      surroundings.tables.query({
        table: table.name,
        ...(index !== undefined && { index: index.name }),
        ...stretch,
        ...part,
        descending,
      }),
  };
  return pageOutput(surroundings, input, reading, await readPage(reading), { select, projection });
}

function stretchOf(
  condition: Condition | undefined,
  tests: readonly KeyTest[] | undefined,
  schema: Parameters<typeof narrow>[1],
): KeyCondition {
  if (condition !== undefined) return toKeyCondition(condition, schema);
  if (tests !== undefined) return narrow(tests, schema);
  throw validationError(
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
  );
}

function checkFilter(
  filter: Condition | undefined,
  schema: Parameters<typeof keyAttributesOf>[0],
  isLegacy: boolean,
): void {
  if (filter === undefined) return;
  const roots = new Set(rootsOf(filter));
  const key = keyAttributesOf(schema).find(({ name }) => roots.has(name));
  if (key === undefined) return;
  const kind = isLegacy ? "QueryFilter" : "Filter Expression";
  throw isLegacy
    ? invalidParameter(
        `${kind} can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
      )
    : validationError(
        `${kind} can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
      );
}

function checkStart(
  start: Item | undefined,
  { key }: KeyCondition,
  schema: Parameters<typeof keyAttributesOf>[0],
): void {
  const value = start === undefined ? undefined : attributeOf(start, schema.key.name);
  if (value !== undefined && !equalValues(value, key))
    throw validationError(
      "The provided starting key is outside query boundaries based on provided conditions",
    );
}
