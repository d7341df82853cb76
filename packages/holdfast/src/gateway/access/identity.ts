import { toAwsAuthorizerEvent } from "../../model/aws-authorizer-event.ts";
import type { AuthorizeEvent, HeaderPair } from "../../model/gateway-event.ts";
import type { IdentitySource } from "../../model/identity-source.ts";

/**
 * Whether a handshake has something, not nothing, at an identity source. Headers are found without regard to case; of
 * a repeated query parameter one that is not empty is enough (API Gateway, captured).
 */
export function hasIdentity({ kind, name }: IdentitySource, event: AuthorizeEvent): boolean {
  switch (kind) {
    case "header":
      return hasValue(event.headers, (one) => one.toLowerCase() === name.toLowerCase());
    case "query":
      return hasValue(event.query, (one) => one === name);
    case "stage-variable": {
      const { stageVariables = {} } = event.connection;
      return Object.hasOwn(stageVariables, name) && stageVariables[name] !== "";
    }
    case "context":
      return hasContextValue(name, event);
  }
}

function hasValue(pairs: readonly HeaderPair[], matches: (name: string) => boolean): boolean {
  return pairs.some(([name, value]) => value !== "" && matches(name));
}

function hasContextValue(path: string, event: AuthorizeEvent): boolean {
  // An emulator that was made against API Gateway refuses it; why, is not known.
  if (path === "eventType") return false;
  let value: unknown = toAwsAuthorizerEvent(event).requestContext;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "number" || (typeof value === "string" && value !== "");
}
