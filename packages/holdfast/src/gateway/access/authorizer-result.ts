import { isRecord } from "../../base/is-record.ts";
import { evaluatePolicy } from "../../model/iam/policy.ts";
import { readPolicy } from "../../model/iam/read-policy.ts";

/** What an authorizer's result comes to. */
export type AuthorizerVerdict =
  | {
      readonly kind: "allow";
      /** All text: what later events say of the authorizer. */
      readonly context: Readonly<Record<string, string>>;
      /** The API key, where it is to come from here. */
      readonly usageIdentifierKey?: string;
    }
  | { readonly kind: "deny"; readonly decision: "explicit-deny" | "implicit-deny" }
  /** Nothing that can be used. */
  | { readonly kind: "malformed"; readonly problem: string };

/** API Gateway's bound. */
const maximumResultBytes = 8192;

/**
 * Judges what an authorizer returned by the rules of API Gateway (captured): a policy that allows `execute-api:Invoke`
 * on `methodArn`, and a context of texts, numbers and booleans. That a result longer than 8 KB counts as malformed,
 * and booleans as principals as texts, is chosen.
 */
export function judgeAuthorizerResult(
  result: unknown,
  methodArn: string,
  sourceIp: string,
): AuthorizerVerdict {
  if (!isRecord(result)) return malformed("it is no object");
  if (Buffer.byteLength(JSON.stringify(result)) > maximumResultBytes)
    return malformed(`it is longer than ${maximumResultBytes} bytes`);
  const { principalId, policyDocument, context, usageIdentifierKey } = result;
  if (isObject(principalId)) return malformed("its principalId is no text");
  const values = readContext(context);
  if (typeof values === "string") return malformed(values);
  if (policyDocument === undefined || policyDocument === null) return malformed("it has no policyDocument");
  const reading = readPolicy(policyDocument);
  if ("problems" in reading)
    return malformed(`its policyDocument cannot be used: ${reading.problems.join("; ")}`);
  const decision = evaluatePolicy(reading.policy, "execute-api:Invoke", methodArn, {
    values: { "aws:SourceIp": sourceIp },
  });
  if (decision !== "allow") return { kind: "deny", decision };
  const principal = isScalar(principalId) ? [["principalId", String(principalId)] as const] : [];
  // The principal comes first, and no value of the context can take its place.
  const texts: Readonly<Record<string, string>> = Object.fromEntries([...principal, ...values, ...principal]);
  // For REST APIs it stands beside the context (documented); its expression says that it is a part of it.
  const key = usageIdentifierKey ?? texts.usageIdentifierKey;
  return {
    kind: "allow",
    context: texts,
    ...(typeof key === "string" && { usageIdentifierKey: key }),
  };
}

/** Names and texts, or what is wrong. Values that are null are left out. */
function readContext(context: unknown): readonly (readonly [name: string, value: string])[] | string {
  if (context === undefined || context === null) return [];
  if (!isRecord(context)) return "its context is no map";
  const entries = Object.entries(context).filter(([, value]) => value !== null);
  const nested = entries.find(([, value]) => isObject(value));
  if (nested !== undefined)
    return `the value "${nested[0]}" of its context is neither text nor number nor boolean`;
  return entries.map(([name, value]) => [name, String(value)] as const);
}

function malformed(problem: string): AuthorizerVerdict {
  return { kind: "malformed", problem };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
