import type { Json, JsonObject } from "../template/template.ts";
import {
  iamAuthorizer,
  makeAuthorizerPermission,
  readIdentitySources,
  type ApiSecurity,
} from "./api-security.ts";
import { isObject } from "../template/json-kinds.ts";
import { compact, toObject } from "./json-values.ts";
import { toInvocationUriOf } from "./open-api.ts";
import type { Resources, SamApp, SamResource } from "./sam-resource.ts";

/** What operations' `security` may name, as an OpenAPI document defines it. */
export function toHttpSchemes(security: ApiSecurity, api: SamResource, app: SamApp): JsonObject {
  const own = Object.entries(security.authorizers).map(([name, given]): [string, Json] => {
    const authorizer = toObject(given);
    return [
      name,
      authorizer.FunctionArn === undefined
        ? toJwtScheme(name, authorizer, api, app)
        : toRequestScheme(authorizer),
    ];
  });
  const isIam = toObject(api.properties.Auth).EnableIamAuthorizer === true;
  return { ...Object.fromEntries(own), ...(isIam && { [iamAuthorizer]: iamScheme }) };
}

const iamScheme: JsonObject = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};

function toJwtScheme(name: string, given: JsonObject, api: SamResource, { problems }: SamApp): JsonObject {
  if (!isObject(given.JwtConfiguration)) {
    const message = `The authorizer ${name} has neither a FunctionArn nor a JwtConfiguration`;
    const path = [...api.path, "Properties", "Auth", "Authorizers", name];
    problems.error(path, "TEMPLATE_PROPERTY_INVALID", message);
  }
  const authorizer = compact({
    type: "jwt",
    identitySource: given.IdentitySource,
    jwtConfiguration: given.JwtConfiguration,
  });
  return { type: "oauth2", "x-amazon-apigateway-authorizer": authorizer };
}

function toRequestScheme(given: JsonObject): JsonObject {
  const identity = toObject(given.Identity);
  const sources = readIdentitySources(identity, {
    Headers: "$request.header.",
    QueryStrings: "$request.querystring.",
    StageVariables: "$stageVariables.",
    Context: "$context.",
  });
  const authorizer = compact({
    type: "request",
    authorizerUri: toInvocationUriOf(given.FunctionArn ?? ""),
    authorizerCredentials: given.FunctionInvokeRole,
    authorizerPayloadFormatVersion: given.AuthorizerPayloadFormatVersion,
    enableSimpleResponses: given.EnableSimpleResponses,
    authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
    identitySource: sources.length === 0 ? undefined : sources,
  });
  return { type: "apiKey", name: "Unused", in: "header", "x-amazon-apigateway-authorizer": authorizer };
}

/** Permissions to invoke authorizers that ask for them; without, a role or the template's author grants it. */
export function makeHttpPermissions(api: SamResource, { authorizers }: ApiSecurity): Resources {
  const all = Object.entries(authorizers).map(([name, given]) => {
    const { FunctionArn, EnableFunctionDefaultPermissions } = toObject(given);
    const isNeeded = FunctionArn !== undefined && EnableFunctionDefaultPermissions === true;
    return isNeeded
      ? makeAuthorizerPermission(api, `${api.logicalId}${name}AuthorizerPermission`, FunctionArn)
      : {};
  });
  return Object.assign({}, ...all) as Resources;
}
