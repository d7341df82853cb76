import { isList, isObject } from "../template/json-kinds.ts";
import type { Json, JsonObject } from "../template/template.ts";

/** An object of which some properties may have no value. */
export type Sparse = Readonly<Record<string, Json | undefined>>;

/** Leaves out what has no value. */
export function compact(value: Sparse): JsonObject {
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

export function toObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Some properties take one value or a list of them. */
export function toList(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** `{"Ref": …}`, `{"Fn::Sub": …}`: an object with one property of such a name. */
export function isIntrinsic(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const [name = "", ...more] = Object.keys(value);
  return more.length === 0 && (name === "Ref" || name === "Condition" || name.startsWith("Fn::"));
}

/** The properties of those names, as far as they are there. */
export function pick(from: JsonObject, names: readonly string[]): JsonObject {
  return compact(Object.fromEntries(names.map((name) => [name, from[name]])));
}

export const ref = (logicalId: string): JsonObject => ({ Ref: logicalId });
export const arnOf = (logicalId: string): JsonObject => ({ "Fn::GetAtt": [logicalId, "Arn"] });
export const noValue: JsonObject = ref("AWS::NoValue");

/** The logical id that a `Ref` names, or that `Fn::GetAtt` takes an attribute of. */
export function referredId(value: Json | undefined): string | undefined {
  if (!isObject(value) || !isIntrinsic(value)) return undefined;
  if (typeof value.Ref === "string") return value.Ref;
  const attribute = value["Fn::GetAtt"];
  if (typeof attribute === "string") return attribute.split(".")[0];
  const [logicalId] = toList(attribute);
  return typeof logicalId === "string" ? logicalId : undefined;
}

/** The value, where the condition holds. */
export function onlyIf(condition: string | undefined, value: Json): Json {
  return condition === undefined ? value : { "Fn::If": [condition, value, noValue] };
}

/** Text as it is, all else as JSON has it: YAML reads `3.0` as a number. */
export function toText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
