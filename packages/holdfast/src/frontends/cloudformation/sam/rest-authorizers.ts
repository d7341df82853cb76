import type { Json, JsonObject } from "../template/template.ts";
import {
  iamAuthorizer,
  makeAuthorizerPermission,
  readIdentitySources,
  type ApiSecurity,
} from "./api-security.ts";
import { compact, toList, toObject } from "./json-values.ts";
import { toInvocationUriOf } from "./open-api.ts";
import type { Resources, SamApp, SamResource } from "./sam-resource.ts";

const inHeader = (name: string): JsonObject => ({ type: "apiKey", name, in: "header" });

/** What operations' `security` may name, as an OpenAPI document defines it. */
export function toRestSchemes(
  security: ApiSecurity,
  used: ReadonlySet<string>,
  api: SamResource,
  app: SamApp,
): JsonObject {
  const own = Object.entries(security.authorizers).map(([name, given]): [string, Json] => {
    const authorizer = toObject(given);
    if (authorizer.UserPoolArn === undefined && authorizer.FunctionArn === undefined) {
      const message = `The authorizer ${name} has neither a FunctionArn nor a UserPoolArn`;
      const path = [...api.path, "Properties", "Auth", "Authorizers", name];
      app.problems.error(path, "TEMPLATE_PROPERTY_INVALID", message);
    }
    return [name, toScheme(authorizer)];
  });
  return {
    ...Object.fromEntries(own),
    ...(used.has("api_key") && { api_key: inHeader("x-api-key") }),
    ...(used.has(iamAuthorizer) && {
      [iamAuthorizer]: { ...inHeader("Authorization"), "x-amazon-apigateway-authtype": "awsSigv4" },
    }),
  };
}

function toScheme(authorizer: JsonObject): JsonObject {
  const identity = toObject(authorizer.Identity);
  const header = typeof identity.Header === "string" ? identity.Header : "Authorization";
  if (authorizer.UserPoolArn !== undefined) {
    return {
      ...inHeader(header),
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": compact({
        type: "cognito_user_pools",
        providerARNs: toList(authorizer.UserPoolArn),
        identityValidationExpression: identity.ValidationExpression,
        authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
      }),
    };
  }
  const isRequest = authorizer.FunctionPayloadType === "REQUEST";
  const sources = readIdentitySources(identity, {
    Headers: "method.request.header.",
    QueryStrings: "method.request.querystring.",
    StageVariables: "stageVariables.",
    Context: "context.",
  });
  return {
    ...inHeader(isRequest ? "Unused" : header),
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": compact({
      type: isRequest ? "request" : "token",
      authorizerUri: toInvocationUriOf(authorizer.FunctionArn ?? ""),
      authorizerCredentials: authorizer.FunctionInvokeRole,
      identitySource: isRequest && sources.length > 0 ? sources.join(", ") : undefined,
      identityValidationExpression: identity.ValidationExpression,
      authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
    }),
  };
}

/** Permissions to invoke authorizers that bring no role of their own. */
export function makeRestPermissions(api: SamResource, { authorizers }: ApiSecurity): Resources {
  const all = Object.entries(authorizers).map(([name, given]) => {
    const { FunctionArn, FunctionInvokeRole } = toObject(given);
    const isNeeded = FunctionArn !== undefined && FunctionInvokeRole === undefined;
    return isNeeded
      ? makeAuthorizerPermission(api, `${api.logicalId}${name}AuthorizerPermission`, FunctionArn)
      : {};
  });
  return Object.assign({}, ...all) as Resources;
}
