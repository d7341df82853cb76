import { HoldfastError } from "../base/errors.ts";

/** Where an authorizer's client says who it is. */
export interface IdentitySource {
  readonly kind: "header" | "query" | "stage-variable" | "context";
  /** Of a context value the path: `connectionId`, `identity.sourceIp`. */
  readonly name: string;
}

const prefixes = [
  ["route.request.header.", "header"],
  ["route.request.querystring.", "query"],
  ["stageVariables.", "stage-variable"],
  ["context.", "context"],
] as const;

/** Throws `EXPRESSION_INVALID`. */
export function parseIdentitySource(text: string): IdentitySource {
  for (const [prefix, kind] of prefixes)
    if (text.startsWith(prefix) && text.length > prefix.length)
      return { kind, name: text.slice(prefix.length) };
  throw new HoldfastError("EXPRESSION_INVALID", `"${text.slice(0, 200)}" is no identity source`, {
    hint: "Write route.request.header.Name, route.request.querystring.name, stageVariables.name or context.connectionId.",
  });
}
