import type { Clock } from "../../base/clock.ts";
import type { Authorizer, WebSocketApi } from "../../model/app-model.ts";
import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import { parseIdentitySource, type IdentitySource } from "../../model/identity-source.ts";
import { describeDenial } from "../iam/permission.ts";
import { headerValues } from "../header-pairs.ts";
import type { IntegrationResult, InvocationRunner } from "../invocation-runner.ts";
import { refuseAccess, repeatedAuthorization, type AccessRefusal } from "./access-refusal.ts";
import { judgeAuthorizerResult, type AuthorizerVerdict } from "./authorizer-result.ts";
import { hasIdentity } from "./identity.ts";

/** An authorizer, ready to be asked. */
export interface CompiledAuthorizer {
  readonly name: string;
  readonly kind: "function";
  readonly function: string;
  /** An integration's; API Gateway's own for authorizers is not known. */
  readonly timeoutMs: number;
  readonly identitySources: readonly { readonly text: string; readonly source: IdentitySource }[];
}

/** Throws `EXPRESSION_INVALID`. */
export function compileAuthorizer(authorizer: Authorizer, { limits }: WebSocketApi): CompiledAuthorizer {
  return {
    name: authorizer.name,
    kind: "function",
    function: authorizer.function,
    timeoutMs: limits.integrationTimeoutMs,
    identitySources: authorizer.identitySources.map((text) => ({
      text,
      source: parseIdentitySource(text),
    })),
  };
}

export type Authorization =
  | {
      readonly kind: "admitted";
      readonly context: Readonly<Record<string, string>>;
      readonly latencyMs: number;
      readonly usageIdentifierKey?: string;
    }
  | {
      readonly kind: "refused";
      readonly refusal: AccessRefusal;
      /** Absent where the authorizer was not asked. */
      readonly latencyMs?: number;
    };

/**
 * Asks an authorizer whether a connection may come to be. It is asked at each handshake: of WebSocket APIs API Gateway
 * keeps no results (captured).
 */
export async function askAuthorizer(
  authorizer: CompiledAuthorizer,
  event: AuthorizeEvent,
  { runner, clock }: { readonly runner: InvocationRunner; readonly clock: Clock },
): Promise<Authorization> {
  const refusal = checkIdentity(authorizer, event);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const startedAtMs = clock.now();
  const result = await new Promise<IntegrationResult>((resolve) =>
    runner.run(authorizer, event, resolve, startedAtMs),
  );
  const latencyMs = clock.now() - startedAtMs;
  if (result.outcome !== "returned")
    return { kind: "refused", refusal: judgeFailure(authorizer, event, result), latencyMs };
  const verdict = judgeAuthorizerResult(result.payload, event.methodArn, event.connection.sourceIp);
  if (verdict.kind !== "allow")
    return { kind: "refused", refusal: judgeVerdict(authorizer, event, verdict), latencyMs };
  const { kind: _, ...admitted } = verdict;
  return { kind: "admitted", ...admitted, latencyMs };
}

function checkIdentity(
  { name, identitySources }: CompiledAuthorizer,
  event: AuthorizeEvent,
): AccessRefusal | undefined {
  if (headerValues(event.headers, "authorization").length > 1) return repeatedAuthorization;
  const missing = identitySources.find(({ source }) => !hasIdentity(source, event));
  if (missing === undefined) return undefined;
  return refuseAccess(event, {
    status: 401,
    message: "Unauthorized",
    responseType: "UNAUTHORIZED",
    cause: `${missing.text}, which the authorizer "${name}" goes by, is missing or empty; the authorizer was not asked`,
    hint: "Let the client send it. Browsers can send a query and sub-protocols, and no other headers.",
  });
}

/** An authorizer that throws `Unauthorized` means it (API Gateway, captured); every other failure is its own. */
function judgeFailure(
  { name, function: functionName }: CompiledAuthorizer,
  event: AuthorizeEvent,
  { outcome, error }: Exclude<IntegrationResult, { readonly outcome: "returned" }>,
): AccessRefusal {
  if (outcome === "failed" && error.message === "Unauthorized")
    return refuseAccess(event, {
      status: 401,
      message: "Unauthorized",
      responseType: "UNAUTHORIZED",
      cause: `the authorizer "${name}" threw Unauthorized`,
      hint: "The client must say who it is so that the authorizer believes it.",
    });
  return refuseAccess(event, {
    status: 500,
    message: "Internal server error",
    responseType: "AUTHORIZER_FAILURE",
    cause: `function "${functionName}" of the authorizer "${name}" failed: ${error.message}`,
    hint:
      error.hint ??
      'See where it threw. To turn a client away with 401, throw an error with the message "Unauthorized".',
    level: "error",
  });
}

function judgeVerdict(
  { name }: CompiledAuthorizer,
  event: AuthorizeEvent,
  verdict: Exclude<AuthorizerVerdict, { readonly kind: "allow" }>,
): AccessRefusal {
  if (verdict.kind === "malformed")
    return refuseAccess(event, {
      status: 500,
      // API Gateway says no more (captured).
      message: "",
      responseType: "AUTHORIZER_CONFIGURATION_ERROR",
      cause: `what the authorizer "${name}" returned cannot be used: ${verdict.problem}`,
      hint: "Return { principalId, policyDocument, context }: an IAM policy that allows execute-api:Invoke on the event's methodArn, and texts, numbers and booleans.",
      level: "error",
    });
  return refuseAccess(event, {
    status: 403,
    message: `User is not authorized to access this resource ${describeDenial(verdict.decision, "execute-api:Invoke")}`,
    responseType: "ACCESS_DENIED",
    cause:
      verdict.decision === "explicit-deny"
        ? `the policy of the authorizer "${name}" denies it`
        : `the policy of the authorizer "${name}" does not allow execute-api:Invoke on ${event.methodArn}`,
    hint:
      verdict.decision === "explicit-deny"
        ? "The authorizer turned the client away."
        : "Allow the action execute-api:Invoke on the event's methodArn.",
  });
}
