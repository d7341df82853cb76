import { isRecord } from "../../../base/is-record.ts";
import type { Table } from "../../../model/app-model.ts";
import type { OperationInput } from "../../service-face.ts";
import { textIn, textsIn } from "../named-call.ts";

/** The values of the partition key that a request is about; undefined where it is about no particular ones. */
export function leadingKeysOf(
  operation: string,
  input: OperationInput,
  table: Table | undefined,
  index: string | undefined,
): readonly string[] | undefined {
  const key = (table?.indexes.find(({ name }) => name === index) ?? table)?.key.name;
  if (key === undefined) return undefined;
  if (operation === "Query") return queriedKey(input, key);
  const item = input.Key ?? input.Item;
  const value = isRecord(item) ? scalarOf(item[key]) : undefined;
  return value === undefined ? undefined : [value];
}

/** In an expression, or in the older `KeyConditions`. */
function queriedKey(input: OperationInput, key: string): readonly string[] | undefined {
  const { KeyConditions: conditions } = input;
  const condition = isRecord(conditions) ? conditions[key] : undefined;
  const [older] =
    isRecord(condition) && Array.isArray(condition.AttributeValueList) ? condition.AttributeValueList : [];
  const named = namesOf(input);
  const expression = textIn(input, "KeyConditionExpression") ?? "";
  const values = isRecord(input.ExpressionAttributeValues) ? input.ExpressionAttributeValues : {};
  const pairs = [...expression.matchAll(/(?<left>[#:]?[\w.-]+)\s*=\s*(?<right>[#:]?[\w.-]+)/g)];
  const found = pairs.flatMap(({ groups }) => {
    const { left = "", right = "" } = groups ?? {};
    if ((named.get(left) ?? left) === key) return [values[right]];
    return (named.get(right) ?? right) === key ? [values[left]] : [];
  });
  const value = scalarOf(found[0] ?? older);
  return value === undefined ? undefined : [value];
}

/** The top-level attributes that a request names; a projection that is none names none. */
export function attributesOf(input: OperationInput): readonly string[] {
  const named = namesOf(input);
  const ofExpressions = expressionMembers.flatMap((member) => wordsOf(textIn(input, member) ?? ""));
  const ofObjects = objectMembers.flatMap((member) => {
    const value = input[member];
    return isRecord(value) ? Object.keys(value) : [];
  });
  return [
    ...new Set([
      ...ofObjects,
      ...textsIn(input, "AttributesToGet"),
      ...ofExpressions.map((word) => named.get(word) ?? word),
    ]),
  ];
}

const expressionMembers = [
  "ProjectionExpression",
  "KeyConditionExpression",
  "FilterExpression",
  "ConditionExpression",
  "UpdateExpression",
];
const objectMembers = [
  "Key",
  "Item",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
  "Expected",
  "AttributeUpdates",
];

/** Attributes at the start of paths: no values, functions or keywords, and nothing behind a dot. */
function wordsOf(expression: string): readonly string[] {
  const words = expression.matchAll(/(?<![\w#:.])(?<word>#?[A-Za-z_][\w-]*|#\w+)(?!\w)(?!\s*\()/g);
  return [...words].flatMap(({ groups }) => {
    const word = groups?.word ?? "";
    return keywords.has(word.toUpperCase()) ? [] : [word];
  });
}

const keywords: ReadonlySet<string> = new Set([
  "AND",
  "OR",
  "NOT",
  "BETWEEN",
  "IN",
  "SET",
  "REMOVE",
  "ADD",
  "DELETE",
]);

function namesOf({ ExpressionAttributeNames: names }: OperationInput): ReadonlyMap<string, string> {
  const pairs = isRecord(names) ? Object.entries(names) : [];
  return new Map(pairs.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

/** Of an attribute value: `{"S": "ann"}`. */
function scalarOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const scalar = value.S ?? value.N ?? value.B;
  return typeof scalar === "string" ? scalar : undefined;
}
