import type { HttpBackend, HttpOperation } from "./http-operation.ts";
import { payloadOf } from "./payload-format.ts";
import type { Properties } from "../properties.ts";

const methods: ReadonlyMap<string, string> = new Map([
  ...["get", "put", "post", "delete", "options", "head", "patch", "trace"].map(
    (method) => [method, method.toUpperCase()] as const,
  ),
  ["x-amazon-apigateway-any-method", "ANY"],
]);

/**
 * The operations of an API's OpenAPI 3 or Swagger 2 document, its property `Body`, by their
 * `x-amazon-apigateway-integration`. `payload` is that of integrations which do not say theirs.
 */
export function readOpenApi(api: Properties, payload: "1.0" | "2.0"): readonly HttpOperation[] {
  const body = api.object("Body");
  const paths = body?.object("paths");
  if (body === undefined || paths === undefined) return [];
  return Object.keys(paths.value)
    .filter((path) => !path.startsWith("x-"))
    .flatMap((path) => {
      if (!path.startsWith("/") && path !== "$default") paths.refuse(path, "does not begin with /");
      const item = paths.object(path);
      return [...methods].flatMap(([name, method]): readonly HttpOperation[] => {
        const operation = item?.object(name);
        if (operation === undefined) return [];
        const guard = guardOf(operation, body);
        return [
          {
            method,
            path: path === "/$default" ? "$default" : path,
            backend: readBackend(operation, body, payload),
            place: operation.path,
            ...(guard !== undefined && { guard }),
          },
        ];
      });
    });
}

function readBackend(operation: Properties, body: Properties, payload: "1.0" | "2.0"): HttpBackend {
  const integration = integrationOf(operation, body);
  if (integration === undefined) return { kind: "other", what: "an operation without an integration" };
  const type = integration.text("type")?.toLowerCase() ?? "";
  const uri = integration.text("uri");
  // Services of AWS's have the same type in HTTP APIs, and a subtype.
  if (type !== "aws_proxy" || uri === undefined || integration.has("integrationSubtype"))
    return { kind: "other", what: `an integration ${type.toUpperCase() || "without a type"}` };
  const role = integration.text("credentials");
  const version = payloadOf(integration.text("payloadFormatVersion"), payload);
  return { kind: "function", uri, payload: version, ...(role !== undefined && { role }) };
}

const referencePrefix = "#/components/x-amazon-apigateway-integrations/";

/** Written there, or among the components and referred to. */
function integrationOf(operation: Properties, body: Properties): Properties | undefined {
  const integration = operation.object("x-amazon-apigateway-integration");
  const reference = integration?.text("$ref");
  if (reference === undefined || !reference.startsWith(referencePrefix)) return integration;
  return body
    .object("components")
    ?.object("x-amazon-apigateway-integrations")
    ?.object(reference.slice(referencePrefix.length));
}

/** What the security schemes are that are asked for. An empty list, or an empty one of several, asks for none. */
function guardOf(operation: Properties, body: Properties): string | undefined {
  const from = operation.has("security") ? operation : body;
  const alternatives = from.objects("security").map(({ value }) => Object.keys(value));
  if (alternatives.length === 0 || alternatives.some((schemes) => schemes.length === 0)) return undefined;
  // SAM writes NONE where a default is taken back.
  const schemes = alternatives.flat().filter((scheme) => scheme !== "NONE");
  const asked = new Set(schemes.map((scheme) => describeScheme(scheme, body)));
  return asked.size === 0 ? undefined : [...asked].join(", nor ");
}

function describeScheme(name: string, body: Properties): string {
  const schemes = body.object("components")?.object("securitySchemes") ?? body.object("securityDefinitions");
  const scheme = schemes?.object(name);
  if (scheme !== undefined && !scheme.has("x-amazon-apigateway-authorizer")) {
    if (scheme.text("x-amazon-apigateway-authtype")?.toLowerCase() === "awssigv4") return "for signatures";
    if (scheme.text("type") === "apiKey") return "for an API key";
  }
  return `the authorizer ${name}`;
}
