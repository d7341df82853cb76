import type { Json, JsonObject } from "../template/template.ts";
import { makeApi } from "./api.ts";
import { implicitHttpApi, implicitRestApi } from "./events/api-events.ts";
import { withGlobals } from "./globals.ts";
import { makeHttpApi } from "./http-api.ts";
import type { ApiRoute, Made, SamApp, SamResource } from "./sam-resource.ts";

interface ImplicitApis {
  readonly apis: readonly { readonly resource: SamResource; readonly made: Made }[];
  readonly conditions: Readonly<Record<string, Json>>;
}

const kinds = [
  { id: implicitRestApi, type: "AWS::Serverless::Api", properties: { StageName: "Prod" }, make: makeApi },
  { id: implicitHttpApi, type: "AWS::Serverless::HttpApi", properties: {}, make: makeHttpApi },
] as const;

/** The APIs that SAM makes for events that name none (documented). */
export function makeImplicitApis(
  globals: JsonObject,
  routes: readonly ApiRoute[],
  app: SamApp,
): ImplicitApis {
  const wanted = kinds.flatMap(({ id, type, properties, make }) => {
    const own = routes.filter(({ apiId }) => apiId === id);
    const [first] = own;
    if (first === undefined || app.resources.has(id)) return [];
    const condition = joinConditions(id, own);
    const resource: SamResource = {
      logicalId: id,
      path: first.place,
      type,
      properties: withGlobals(globals, type, properties),
      dependsOn: [],
      metadata: {},
      ...(condition !== undefined && { condition: condition.name }),
    };
    return [{ resource, made: make(resource, own, app), conditions: condition?.made ?? {} }];
  });
  return {
    apis: wanted,
    conditions: Object.assign({}, ...wanted.map(({ conditions }) => conditions)) as Record<string, Json>,
  };
}

/** An API exists when one of its functions does. */
function joinConditions(
  apiId: string,
  routes: readonly ApiRoute[],
): { readonly name: string; readonly made: Readonly<Record<string, Json>> } | undefined {
  const names = new Set(routes.map(({ condition }) => condition));
  const [first, ...more] = [...names].filter((name) => name !== undefined);
  if (names.has(undefined) || first === undefined) return undefined;
  if (more.length === 0) return { name: first, made: {} };
  const name = `${apiId}Condition`;
  return { name, made: { [name]: joinAll([first, ...more].map((one) => ({ Condition: one }))) } };
}

/** `Fn::Or` takes ten conditions at most. */
function joinAll(conditions: readonly JsonObject[]): JsonObject {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  if (conditions.length <= 10) return { "Fn::Or": conditions };
  return { "Fn::Or": [...conditions.slice(0, 9), joinAll(conditions.slice(9))] };
}
