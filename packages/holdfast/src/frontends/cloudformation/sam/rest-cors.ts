import type { Json, JsonObject } from "../template/template.ts";
import { isObject } from "../template/json-kinds.ts";
import { compact, isIntrinsic } from "./json-values.ts";
import { mapPaths, type Paths } from "./open-api.ts";

const allMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** `Cors` of a REST API: an `OPTIONS` operation, answered by a mock, for each path that has none. */
export function addCors(paths: Paths, cors: Json | undefined): Paths {
  if (cors === undefined) return paths;
  const given: JsonObject = isObject(cors) && !isIntrinsic(cors) ? cors : { AllowOrigin: cors };
  return mapPaths(paths, (operations) => {
    if (operations.options !== undefined) return operations;
    return { ...operations, options: toOptions(given, Object.keys(operations)) };
  });
}

function toOptions(cors: JsonObject, methods: readonly string[]): JsonObject {
  const headers = compact({
    "Access-Control-Allow-Origin": cors.AllowOrigin,
    "Access-Control-Allow-Methods": cors.AllowMethods ?? `'${toMethodList(methods).join(",")}'`,
    "Access-Control-Allow-Headers": cors.AllowHeaders,
    "Access-Control-Max-Age": cors.MaxAge,
    "Access-Control-Allow-Credentials": cors.AllowCredentials === true ? "'true'" : undefined,
  });
  const parameters = Object.entries(headers).map(([name, value]) => [
    `method.response.header.${name}`,
    value,
  ]);
  return {
    summary: "CORS support",
    responses: { 200: { description: "Default response for CORS method" } },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: "200",
          responseParameters: Object.fromEntries(parameters) as JsonObject,
          responseTemplates: { "application/json": "{}\n" },
        },
      },
    },
  };
}

function toMethodList(methods: readonly string[]): string[] {
  if (methods.includes("x-amazon-apigateway-any-method")) return allMethods;
  const named = methods.map((method) => method.toUpperCase()).filter((method) => allMethods.includes(method));
  return [...named, "OPTIONS"].toSorted();
}
