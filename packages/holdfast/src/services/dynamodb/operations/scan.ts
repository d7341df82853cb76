import { crc32 } from "node:zlib";

import type { Table } from "../../../model/app-model.ts";
import { attributeOf, type Item } from "../../../model/attribute-value.ts";
import { encodeKey } from "../../../model/key-order.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { Bindings } from "../expressions/bindings.ts";
import { legacyConditionIn, legacyProjectionIn } from "../legacy.ts";
import { textIn, wholeNumberIn } from "../members.ts";
import { checkOneGeneration, conditionIn, projectionIn } from "../request-parts.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkProjection, indexIn, selectIn, startIn } from "./read-input.ts";
import { pageOutput, readPage, type PageReading } from "./read-page.ts";

const expressions = ["ProjectionExpression", "FilterExpression"];
const legacy = ["AttributesToGet", "ScanFilter", "ConditionalOperator"];
const maximumSegments = 1_000_000;

export async function scan(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const name = textIn(input, "TableName");
  const limit = wholeNumberIn(input, "Limit", { least: 1 });
  checkOneGeneration(input, expressions, legacy);
  const select = selectIn(input);
  const segment = segmentIn(input);
  const bindings = new Bindings(input, expressions);
  const filter =
    conditionIn(surroundings, input, "FilterExpression", bindings) ?? legacyConditionIn(input, "ScanFilter");
  const projection = projectionIn(surroundings, input, bindings) ?? legacyProjectionIn(input);
  bindings.checkUsed();
  const detail = capacityDetailIn(input);
  const table = findTable(surroundings, name);
  const index = indexIn(table, input);
  checkProjection(table, index, select, projection);
  const start = startIn(table, index, input);
  const reading: PageReading = {
    table,
    index,
    filter,
    limit,
    start,
    detail,
    ...(segment !== undefined && {
      isInSegment: (item) => segmentOf(table, item, segment.of) === segment.at,
    }),
    ask: (part) =>
      surroundings.tables.scan({
        table: table.name,
        ...(index !== undefined && { index: index.name }),
        ...part,
      }),
  };
  return pageOutput(surroundings, input, reading, await readPage(reading), { select, projection });
}

/** A parallel scan's share, of so many. */
function segmentIn(input: OperationInput): { readonly at: number; readonly of: number } | undefined {
  const at = wholeNumberIn(input, "Segment", { least: 0, most: maximumSegments - 1 });
  const of = wholeNumberIn(input, "TotalSegments", { least: 1, most: maximumSegments });
  if (at === undefined && of === undefined) return undefined;
  if (of === undefined)
    throw validationError(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  if (at === undefined)
    throw validationError(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (at >= of)
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${at} is not less than TotalSegments: ${of}`,
    );
  return { at, of };
}

/** By the partition key, so that an item is in one segment however often it is written. */
function segmentOf(table: Table, item: Item, segments: number): number {
  const value = attributeOf(item, table.key.name);
  return value === undefined ? 0 : crc32(encodeKey(value)) % segments;
}
