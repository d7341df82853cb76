import { HoldfastError } from "../../../base/errors.ts";
import type { AttributeValue, Item } from "../../../model/attribute-value.ts";
import type { Write } from "../../../model/table-request.ts";
import type { ServicePayload } from "../../../ports/service-actions.ts";
import { nameIn, requireText, type ServiceAction, type ServiceResources } from "./service-action.ts";

/** Items by their keys. What needs DynamoDB's expressions is refused rather than done halfway. */
export const dynamodbActions: Readonly<Record<string, ServiceAction>> = {
  async getitem(payload, { tables, model }) {
    const item = await tables.get(tableIn(payload, model), itemIn(payload, "Key"));
    return item === undefined ? {} : { Item: toJson(item) };
  },
  putitem: (payload, resources) =>
    write(payload, resources, (table) => ({ kind: "put", table, item: itemIn(payload, "Item") })),
  deleteitem: (payload, resources) =>
    write(payload, resources, (table) => ({ kind: "delete", table, key: itemIn(payload, "Key") })),
};

async function write(
  payload: ServicePayload,
  { tables, model }: ServiceResources,
  toWrite: (table: string) => Write,
): Promise<unknown> {
  const [result] = await tables.write([toWrite(tableIn(payload, model))]);
  const old = payload.ReturnValues === "ALL_OLD" ? result?.old : undefined;
  return old === undefined ? {} : { Attributes: toJson(old) };
}

const expressions = [
  "ConditionExpression",
  "ProjectionExpression",
  "Expected",
  "ConditionalOperator",
  "AttributesToGet",
];

function tableIn(payload: ServicePayload, model: ServiceResources["model"]): string {
  const used = expressions.find((name) => payload[name] !== undefined);
  if (used !== undefined)
    throw new HoldfastError("INTEGRATION_FAILED", `DynamoDB here takes no ${used} from an integration yet`);
  const table = nameIn(requireText(payload, "TableName"));
  if (model()?.tables.some(({ name }) => name === table) === true) return table;
  throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no table "${table}"`);
}

/** The store checks what the values hold; here bytes become bytes. */
function itemIn(payload: ServicePayload, name: string): Item {
  const item = payload[name];
  if (typeof item !== "object" || item === null || Array.isArray(item))
    throw new HoldfastError("RESOURCE_ARGUMENT_INVALID", `The request has no ${name}`);
  return mapValues(item as Readonly<Record<string, JsonValue>>, (value) => fromJson(value, 0));
}

/** DynamoDB's JSON: as attribute values, save that bytes are base64. */
type JsonValue = Readonly<Record<string, unknown>>;

/** DynamoDB's bound on how deep documents nest. */
const maximumDepth = 32;

function fromJson(value: JsonValue, depth: number): AttributeValue {
  if (depth > maximumDepth)
    throw new HoldfastError("RESOURCE_ARGUMENT_INVALID", `An item nests deeper than ${maximumDepth}`);
  if (typeof value !== "object" || value === null) return value;
  const { B, BS, L, M } = value;
  if (typeof B === "string") return { B: Buffer.from(B, "base64") };
  if (Array.isArray(BS)) return { BS: BS.map((one) => Buffer.from(String(one), "base64")) };
  if (Array.isArray(L)) return { L: L.map((one: JsonValue) => fromJson(one, depth + 1)) };
  if (typeof M === "object" && M !== null)
    return { M: mapValues(M as Readonly<Record<string, JsonValue>>, (one) => fromJson(one, depth + 1)) };
  return value as unknown as AttributeValue;
}

function toJson(item: Item): Readonly<Record<string, JsonValue>> {
  return mapValues(item, valueToJson);
}

function valueToJson(value: AttributeValue): JsonValue {
  if ("B" in value) return { B: Buffer.from(value.B).toString("base64") };
  if ("BS" in value) return { BS: value.BS.map((one) => Buffer.from(one).toString("base64")) };
  if ("L" in value) return { L: value.L.map(valueToJson) };
  if ("M" in value) return { M: toJson(value.M) };
  return value;
}

// Not by assignment: an attribute may be called __proto__.
function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
