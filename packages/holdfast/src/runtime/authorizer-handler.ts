import { HoldfastError } from "../base/errors.ts";
import { toAwsAuthorizerEvent } from "../model/aws-authorizer-event.ts";
import type { AuthorizeEvent } from "../model/gateway-event.ts";
import { headersOf, protocolsOf, queryOf } from "./handshake-request.ts";
import type { Handler, Invocation } from "./registered-app.ts";
import { Context, expectKind, type AuthorizerTexts, type ConnectContext } from "./websocket-handlers.ts";

/** What an authorizer is told of a client that asks for a connection. `event` is AWS's, key by key. */
export type AuthorizeContext = Omit<ConnectContext, "authorizer">;

/** Whether the client may connect, and what comes with all events of its connection. */
export type AuthorizeResult<Authorizer = AuthorizerTexts> =
  | boolean
  | {
      readonly allow: boolean;
      /** Who the client is; comes with the context. */
      readonly principalId?: string;
      /** Numbers and booleans become texts, and null is left out. */
      readonly context?: { readonly [Name in keyof Authorizer]: string | number | boolean | null };
      /** The client's API key, where the API takes it from here. */
      readonly usageIdentifierKey?: string;
    };

/** Throws `UnauthorizedError` to refuse with 401; a refusal otherwise is 403. */
export type AuthorizeHandler<Authorizer = AuthorizerTexts> = (
  context: AuthorizeContext,
) => AuthorizeResult<Authorizer> | Promise<AuthorizeResult<Authorizer>>;

class AuthorizingContext extends Context<AuthorizeEvent> implements AuthorizeContext {
  readonly #event: AuthorizeEvent;
  constructor(event: AuthorizeEvent, invocation: Invocation) {
    super(event, invocation);
    this.#event = event;
  }
  get headers(): Headers {
    return headersOf(this.#event);
  }
  get query(): URLSearchParams {
    return queryOf(this.#event);
  }
  get protocols(): readonly string[] {
    return protocolsOf(this.#event);
  }
  get event(): object {
    return toAwsAuthorizerEvent(this.#event);
  }
}

/** A handler as an authorizer of API Gateway's: its answer becomes an IAM policy, so that every gateway reads the same. */
export function authorizerFunction<Authorizer>(handler: AuthorizeHandler<Authorizer>): Handler {
  return async (event, invocation) => {
    const request = expectKind(event, "authorize");
    const result: unknown = await handler(new AuthorizingContext(request, invocation));
    const { allow, principalId, context, usageIdentifierKey } = readResult(result);
    return {
      ...(principalId !== undefined && { principalId }),
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "execute-api:Invoke",
            Effect: allow ? "Allow" : "Deny",
            Resource: request.methodArn,
          },
        ],
      },
      ...(context !== undefined && { context }),
      ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
    };
  };
}

interface ReadResult {
  readonly allow: boolean;
  readonly principalId?: string;
  readonly context?: object;
  readonly usageIdentifierKey?: string;
}

function readResult(result: unknown): ReadResult {
  if (typeof result === "boolean") return { allow: result };
  if (typeof result !== "object" || result === null) throw invalid(`returned ${String(result)}`);
  const { allow, principalId, context, usageIdentifierKey, ...rest } = result as Record<string, unknown>;
  const unknownNames = Object.keys(rest);
  if (unknownNames.length > 0) throw invalid(`returned an object with "${unknownNames.join('", "')}"`);
  if (typeof allow !== "boolean") throw invalid("returned no allow that is true or false");
  for (const [name, value] of Object.entries({ principalId, usageIdentifierKey }))
    if (value !== undefined && typeof value !== "string") throw invalid(`returned a ${name} that is no text`);
  if (context !== undefined) checkContext(context);
  return result as ReadResult;
}

function checkContext(context: unknown): void {
  if (typeof context !== "object" || context === null || Array.isArray(context))
    throw invalid("returned a context that is no object");
  const nested = Object.entries(context).find(([, value]) => typeof value === "object" && value !== null);
  if (nested !== undefined)
    throw invalid(`returned a context whose "${nested[0]}" is neither text nor number nor boolean`);
}

function invalid(what: string): HoldfastError {
  return new HoldfastError("HANDLER_RESULT_INVALID", `The authorizer ${what}`, {
    hint: "Return true or false, or { allow, principalId, context }; throw UnauthorizedError to refuse with 401.",
  });
}
