import type { Json, JsonObject } from "../template/template.ts";
import { parseBucketUri } from "./bucket-uri.ts";
import { isObject } from "../template/json-kinds.ts";
import { isIntrinsic, onlyIf, toObject } from "./json-values.ts";
import type { ApiRoute, SamApp, SamResource } from "./sam-resource.ts";

/** `paths` of an OpenAPI document. */
export type Paths = Readonly<Record<string, Json>>;

/** The paths with an operation for each route. What the document's author wrote stays. */
export function addRoutes(
  paths: Paths,
  routes: readonly ApiRoute[],
  { problems }: SamApp,
  toOperation: (route: ApiRoute) => JsonObject,
): Paths {
  const all: Record<string, Json> = { ...paths };
  const seen = new Set<string>();
  for (const route of routes) {
    const key = `${route.method} ${route.path}`;
    if (seen.has(key)) {
      const message = `Another event answers ${route.method.toUpperCase()} ${route.path} already`;
      problems.error(route.place, "TEMPLATE_PROPERTY_INVALID", message);
    }
    seen.add(key);
    const operations = toObject(all[route.path]);
    if (operations[route.method] !== undefined) continue;
    const operation = onlyIf(route.condition, toOperation(route));
    all[route.path] = { ...operations, [route.method]: operation };
  }
  return all;
}

/** The URI by which an integration invokes a function. */
export function toInvocationUri(functionArn: string): JsonObject {
  const text = `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  return { "Fn::Sub": text };
}

/** The same for a function whose ARN is some value. */
export function toInvocationUriOf(arn: Json): JsonObject {
  const { "Fn::Sub": text = "" } = toInvocationUri("${__FunctionArn__}");
  return { "Fn::Sub": [text, { __FunctionArn__: arn }] };
}

const methods = [
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "x-amazon-apigateway-any-method",
];

/** Changes each operation, conditional ones included. */
export function mapOperations(
  paths: Paths,
  change: (operation: JsonObject, method: string) => JsonObject,
): Paths {
  const changeOne = (operation: Json, method: string): Json => {
    if (!isObject(operation)) return operation;
    const choice = operation["Fn::If"];
    if (!Array.isArray(choice)) return isIntrinsic(operation) ? operation : change(operation, method);
    const [condition, ...branches] = choice as readonly Json[];
    return { "Fn::If": [condition ?? "", ...branches.map((one) => changeOne(one, method))] };
  };
  return mapPaths(paths, (operations) =>
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        methods.includes(method.toLowerCase()) ? changeOne(operation, method.toLowerCase()) : operation,
      ]),
    ),
  );
}

export function mapPaths(paths: Paths, change: (operations: JsonObject) => JsonObject): Paths {
  const entries = Object.entries(paths).map(([path, operations]): [string, Json] => [
    path,
    isObject(operations) && !isIntrinsic(operations) ? change(operations) : operations,
  ]);
  return Object.fromEntries(entries);
}

/** The document of an API that the template gives, or a new one; undefined when it is elsewhere. */
export function readDocument({ properties }: SamResource, fresh: JsonObject): JsonObject | undefined {
  const { DefinitionBody, DefinitionUri } = properties;
  if (isObject(DefinitionBody)) return isIntrinsic(DefinitionBody) ? undefined : DefinitionBody;
  return DefinitionUri === undefined ? fresh : undefined;
}

/** Where a document is: in a bucket, or the path of a file beside the template as plain text. */
export function toDocumentLocation(uri: Json | undefined): Json | undefined {
  if (typeof uri !== "string") return uri;
  const parts = parseBucketUri(uri);
  return parts === undefined ? uri : { Bucket: parts.bucket, Key: parts.key };
}
