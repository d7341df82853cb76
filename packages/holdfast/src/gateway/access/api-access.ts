import { HoldfastError } from "../../base/errors.ts";
import type { Route, WebSocketApi } from "../../model/app-model.ts";
import { compileAuthorizer, type CompiledAuthorizer } from "./authorizer.ts";
import type { KeySource } from "./key-check.ts";
import { createThrottles, type Throttles } from "./throttles.ts";

/** What an API, as deployed, asks of its clients. */
export interface ApiAccess {
  readonly throttles: Throttles;
  /** Of `$connect`; undefined where it asks for nothing. */
  readonly guard: ConnectGuard | undefined;
}

export interface ConnectGuard {
  readonly authorization: "none" | "iam" | CompiledAuthorizer;
  readonly key: KeySource | undefined;
}

/** Throws `EXPRESSION_INVALID`, and `REFERENCE_UNKNOWN` for an authorizer that is not there. */
export function compileAccess(api: WebSocketApi, before: ApiAccess | undefined, nowMs: number): ApiAccess {
  const connect = api.routes.find(({ key }) => key === "$connect");
  return {
    throttles: createThrottles(api, before?.throttles, nowMs),
    guard: connect && compileGuard(connect, api),
  };
}

function compileGuard({ authorization, apiKeyRequired }: Route, api: WebSocketApi): ConnectGuard | undefined {
  if (authorization.kind === "none" && !apiKeyRequired) return undefined;
  const fromAuthorizer = api.apiKeySelectionExpression === "$context.authorizer.usageIdentifierKey";
  return {
    authorization:
      authorization.kind === "authorizer"
        ? findAuthorizer(authorization.authorizer, api)
        : authorization.kind,
    key: apiKeyRequired ? (fromAuthorizer ? "authorizer" : "header") : undefined,
  };
}

function findAuthorizer(name: string, api: WebSocketApi): CompiledAuthorizer {
  const authorizer = api.authorizers.find((one) => one.name === name);
  if (authorizer !== undefined) return compileAuthorizer(authorizer, api);
  throw new HoldfastError(
    "REFERENCE_UNKNOWN",
    `The $connect of the WebSocket API "${api.name}" refers to the authorizer "${name}", which is not declared`,
  );
}
