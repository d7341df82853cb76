import type { Json, JsonObject, Problems, Template } from "../template/template.ts";
import { isList, isObject } from "../template/json-kinds.ts";
import { isIntrinsic, toObject } from "./json-values.ts";
import type { SamResource } from "./sam-resource.ts";

/** Kinds that `Globals` may speak of (documented). */
const kinds = [
  "Function",
  "Api",
  "HttpApi",
  "WebSocketApi",
  "SimpleTable",
  "StateMachine",
  "LayerVersion",
  "CapacityProvider",
];

/** The template's resources, SAM's with what `Globals` say of their kind. */
export function applyGlobals(template: Template, problems: Problems): ReadonlyMap<string, SamResource> {
  for (const kind of Object.keys(template.globals)) {
    if (kinds.includes(kind)) continue;
    const hint = `Globals can be given for ${kinds.join(", ")}.`;
    problems.error(["Globals", kind], "TEMPLATE_PROPERTY_INVALID", `Globals has no section ${kind}`, hint);
  }
  const resources = Object.entries(template.resources).map(([logicalId, resource]): [string, SamResource] => {
    const { type, properties: own, ignoreGlobals } = resource;
    const properties = withGlobals(template.globals, type, own, ignoreGlobals);
    const path = resource.madeFrom ?? ["Resources", logicalId];
    const inherited = Object.keys(properties).filter((name) => !Object.hasOwn(own, name));
    return [logicalId, { ...resource, properties, logicalId, path, inherited }];
  });
  return new Map(resources);
}

/** @param ignored properties that the resource does not take over, or `*` */
export function withGlobals(
  globals: JsonObject,
  type: string,
  properties: JsonObject,
  ignored: SamResource["ignoreGlobals"] = [],
): JsonObject {
  const kind = /^AWS::Serverless::(?<kind>\w+)$/.exec(type)?.groups?.kind;
  const ofKind = kind === undefined ? undefined : globals[kind];
  if (!isObject(ofKind) || ignored === "*") return properties;
  const taken = Object.entries(ofKind).filter(([name]) => !ignored.includes(name));
  return toObject(merge(Object.fromEntries(taken), properties));
}

/** Maps are merged, lists appended, all else is overridden (documented). */
function merge(global: Json, own: Json): Json {
  if (isList(global) && isList(own)) return [...global, ...own];
  if (!isObject(global) || !isObject(own) || isIntrinsic(global) || isIntrinsic(own)) return own;
  const merged: Record<string, Json> = { ...global };
  for (const [name, value] of Object.entries(own)) {
    const below = Object.hasOwn(global, name) ? global[name] : undefined;
    merged[name] = below === undefined ? value : merge(below, value);
  }
  return merged;
}
