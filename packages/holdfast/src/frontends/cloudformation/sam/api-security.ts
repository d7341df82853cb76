import type { Json, JsonObject } from "../template/template.ts";
import { isObject } from "../template/json-kinds.ts";
import { toList, toObject, toText } from "./json-values.ts";
import {
  makeResource,
  type ApiRoute,
  type Resources,
  type SamApp,
  type SamResource,
} from "./sam-resource.ts";

/** `Auth` of an API, as its operations need it. */
export interface ApiSecurity {
  readonly authorizers: JsonObject;
  readonly defaultAuthorizer?: string;
  readonly apiKeyRequired: boolean;
}

export const iamAuthorizer = "AWS_IAM";
const none = "NONE";

export function readSecurity({ properties }: SamResource): ApiSecurity {
  const auth = toObject(properties.Auth);
  const { DefaultAuthorizer } = auth;
  return {
    authorizers: toObject(auth.Authorizers),
    apiKeyRequired: auth.ApiKeyRequired === true,
    ...(typeof DefaultAuthorizer === "string" && { defaultAuthorizer: DefaultAuthorizer }),
  };
}

/** The authorizer of an event, or the one that its API gives to all. */
export function authorizerOf(route: ApiRoute, security: ApiSecurity): string | undefined {
  const { Authorizer } = toObject(route.properties.Auth);
  return typeof Authorizer === "string" ? Authorizer : security.defaultAuthorizer;
}

/** `security` of a route's operation; undefined when anybody may call it. */
export function toRouteSecurity(route: ApiRoute, security: ApiSecurity, app: SamApp): Json | undefined {
  const auth = toObject(route.properties.Auth);
  const name = authorizerOf(route, security);
  if (name !== undefined) checkAuthorizer(name, route, security, app);
  const isKeyRequired =
    typeof auth.ApiKeyRequired === "boolean" ? auth.ApiKeyRequired : security.apiKeyRequired;
  return toSecurity(name, security, isKeyRequired, auth.AuthorizationScopes);
}

function toSecurity(
  name: string | undefined,
  security: ApiSecurity,
  isKeyRequired: boolean,
  ownScopes?: Json,
): Json | undefined {
  const ofAuthorizer = name === undefined ? {} : toObject(security.authorizers[name]);
  const scopes = toList(ownScopes ?? ofAuthorizer.AuthorizationScopes);
  const all: JsonObject[] = name === undefined ? [] : [{ [name]: scopes }];
  if (isKeyRequired) all.push({ api_key: [] });
  return all.length === 0 ? undefined : all;
}

/** `security` of operations that no event makes. */
export function toDefaultSecurity(security: ApiSecurity): Json | undefined {
  return toSecurity(security.defaultAuthorizer, security, security.apiKeyRequired);
}

function checkAuthorizer(name: string, route: ApiRoute, security: ApiSecurity, { problems }: SamApp): void {
  const path = [...route.place, "Auth", "Authorizer"];
  if (name === iamAuthorizer) return;
  if (name === none) {
    if (security.defaultAuthorizer !== undefined) return;
    const message = "The authorizer NONE is for APIs that have a DefaultAuthorizer";
    problems.error(path, "TEMPLATE_PROPERTY_INVALID", message);
    return;
  }
  if (security.authorizers[name] !== undefined) return;
  const message = `The API ${route.apiId} has no authorizer ${name}`;
  const hint = `It has ${Object.keys(security.authorizers).join(", ") || "none"}.`;
  problems.error(path, "TEMPLATE_REFERENCE_INVALID", message, hint);
}

/** `a, b` of `Identity: { Headers: [a], QueryStrings: [b] }`, each with its prefix. */
export function readIdentitySources(
  identity: JsonObject,
  prefixes: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(prefixes).flatMap(([kind, prefix]) =>
    toList(identity[kind]).map((one) => `${prefix}${toText(one)}`),
  );
}

/** Lets API Gateway invoke an authorizer's function. */
export function makeAuthorizerPermission(api: SamResource, id: string, functionArn: Json): Resources {
  const text =
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*";
  const permission = makeResource(api, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: functionArn,
    Principal: "apigateway.amazonaws.com",
    SourceArn: { "Fn::Sub": [text, { __ApiId__: { Ref: api.logicalId } }] },
  });
  return { [id]: permission };
}

/** What Holdfast does not do of what APIs can be told. */
export function warnOfIgnored({ properties, path, type }: SamResource, { problems }: SamApp): void {
  const warn = (name: string, message: string): void =>
    problems.warn([...path, "Properties", name], "TEMPLATE_RESOURCE_IGNORED", message);
  if (properties.Domain !== undefined) {
    warn("Domain", "Holdfast does not run domain names: the API is reached by its own address");
  }
  const auth = toObject(properties.Auth);
  if (type === "AWS::Serverless::Api" && isObject(auth.UsagePlan)) {
    warn("Auth", "Holdfast does not run usage plans of REST APIs: their keys let nobody in");
  }
  if (auth.ResourcePolicy !== undefined) {
    warn("Auth", "Holdfast does not judge an API's ResourcePolicy");
  }
}
