import type { AuthorizeEvent, ConnectEvent, ConnectionFacts } from "../../model/gateway-event.ts";
import { traceFields } from "../../model/trace-context.ts";
import type { Refusal } from "../gateway.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { defaultAccountId } from "../../model/defaults.ts";
import type { Exchange } from "../../ports/gateway-observer.ts";
import { connectArn, type ApiPlace } from "../iam/api-arn.ts";
import type { SignatureAccess } from "../iam/authenticate.ts";
import { SigningKeys } from "../sigv4/signing-key.ts";
import { refuseAccess, type AccessRefusal } from "./access-refusal.ts";
import type { ConnectGuard } from "./api-access.ts";
import { ApiKeys } from "./api-keys.ts";
import { askAuthorizer, type Authorization } from "./authorizer.ts";
import { checkIam } from "./iam-check.ts";
import { readKey, refuseKey } from "./key-check.ts";
import { describeThrottling, type Throttle } from "./throttles.ts";

/** Where an API is said to be, and who is known there. */
export interface AccessOptions {
  /** `us-east-1` unless said. */
  readonly region?: string;
  /** Twelve digits; zeros unless said. */
  readonly accountId?: string;
  /** Of APIs with IAM authorization. Any well-formed signature is taken unless said. */
  readonly iam?: SignatureAccess;
  /** None unless said. */
  readonly apiKeys?: ApiKeys;
}

export type Admission =
  /** With what is known of the client now. */
  | { readonly kind: "admitted"; readonly event: ConnectEvent }
  | {
      readonly kind: "refused";
      readonly answer: Refusal;
      readonly exchange: Pick<Exchange, "status" | "failure" | "authorizerLatencyMs">;
    };

/** Decides which handshakes reach `$connect`. */
export class ConnectAccess {
  readonly #context: GatewayContext;
  readonly #options: Required<AccessOptions>;
  readonly #signingKeys = new SigningKeys();

  constructor(context: GatewayContext, options: AccessOptions = {}) {
    this.#context = context;
    this.#options = {
      region: "us-east-1",
      accountId: defaultAccountId,
      iam: { mode: "well-formed" },
      apiKeys: new ApiKeys(context.clock),
      ...options,
    };
  }

  /** Whether everybody is let in at any time. */
  get asksForNothing(): boolean {
    const { guard, throttles } = this.#context.deployed().access;
    return guard === undefined && !throttles.has("$connect");
  }

  /** Never rejects. @param target path and query as the client sent them. */
  async admit(event: ConnectEvent, target: string): Promise<Admission> {
    const request: AuthorizeEvent = {
      ...event,
      kind: "authorize",
      methodArn: connectArn(this.#place(event.connection), event.connection.stage),
    };
    try {
      return await this.#check(event, request, target);
    } catch (error) {
      this.#context.log("error", "gateway.fault", { message: "A handshake could not be checked", error });
      const refusal = refuseAccess(request, {
        status: 500,
        message: "Internal server error",
        cause: "",
        hint: "",
      });
      return { kind: "refused", ...outcomeOf(refusal) };
    }
  }

  /**
   * The checks one after another: throttling, authorization, API key. That the first comes first, so that it spares the
   * authorizer, is chosen; the key comes last as it may come from the authorizer.
   */
  async #check(event: ConnectEvent, request: AuthorizeEvent, target: string): Promise<Admission> {
    const { access } = this.#context.deployed();
    const throttle = access.throttles.get("$connect");
    if (throttle?.admit(this.#context.clock.now()) === false) return this.#throttled(throttle, request);
    const { guard } = access;
    if (guard === undefined) return { kind: "admitted", event };
    const authorization = await this.#authorize(guard, request, target);
    const { latencyMs } = authorization;
    if (authorization.kind === "refused") return this.#refuse(authorization.refusal, request, latencyMs);
    const { context, usageIdentifierKey } = authorization;
    const key = this.#checkKey(guard, request, usageIdentifierKey);
    if ("refusal" in key) return this.#refuse(key.refusal, request, latencyMs);
    const connection = {
      ...event.connection,
      ...(context !== undefined && { authorizer: context }),
      ...key.facts,
    };
    return {
      kind: "admitted",
      event: { ...event, connection, ...(latencyMs !== undefined && { authorizerLatencyMs: latencyMs }) },
    };
  }

  /** The status is documented, the text is not known. The log hears of it once a second. */
  #throttled(throttle: Throttle, request: AuthorizeEvent): Admission {
    const count = throttle.takeReport(this.#context.clock.now());
    const refusal = refuseAccess(request, {
      status: 429,
      message: "Too Many Requests",
      cause: `clients connect faster than that: ${describeThrottling(throttle)} (${count ?? 0} refused since this was last said)`,
      hint: "Let clients wait before they try again, or raise the throttling of $connect.",
    });
    return count === undefined ? { kind: "refused", ...outcomeOf(refusal) } : this.#refuse(refusal, request);
  }

  /** The client hears little; why, stands in the log. */
  #refuse(
    refusal: AccessRefusal,
    { connection, requestId, trace }: AuthorizeEvent,
    authorizerLatencyMs?: number,
  ): Admission {
    const { answer, cause, hint, level = "warn" } = refusal;
    this.#context.log(level, "gateway.access-refused", {
      message: `A handshake with the WebSocket API "${connection.apiName}" was refused with ${answer.status}: ${cause}`,
      hint,
      status: answer.status,
      api: connection.apiName,
      connectionId: connection.connectionId,
      requestId,
      ...traceFields(trace),
    });
    return { kind: "refused", ...outcomeOf(refusal, authorizerLatencyMs) };
  }

  #place({ apiId }: ConnectionFacts): ApiPlace {
    const { region, accountId } = this.#options;
    return { region, accountId, apiId };
  }

  async #authorize(
    { authorization }: ConnectGuard,
    event: AuthorizeEvent,
    target: string,
  ): Promise<Authorized> {
    if (authorization === "none") return { kind: "admitted" };
    if (authorization !== "iam") return askAuthorizer(authorization, event, this.#context);
    const refusal = checkIam(event, target, {
      ...this.#place(event.connection),
      access: this.#options.iam,
      keys: this.#signingKeys,
      nowMs: this.#context.clock.now(),
    });
    return refusal === undefined ? { kind: "admitted" } : { kind: "refused", refusal };
  }

  #checkKey(
    { key: source }: ConnectGuard,
    event: AuthorizeEvent,
    fromAuthorizer: string | undefined,
  ): { readonly facts: Pick<ConnectionFacts, "apiKey" | "apiKeyId"> } | { readonly refusal: AccessRefusal } {
    if (source === undefined) return { facts: {} };
    const value = readKey(source, event, fromAuthorizer);
    const check = this.#options.apiKeys.use(value, event.connection.apiName);
    if (check.kind !== "ok") return { refusal: refuseKey(event, check, source) };
    return { facts: { apiKeyId: check.keyName, ...(value !== undefined && { apiKey: value }) } };
  }
}

interface Admitted {
  readonly kind: "admitted";
  readonly context?: Readonly<Record<string, string>>;
  readonly latencyMs?: number;
  readonly usageIdentifierKey?: string;
}

type Authorized = Admitted | Extract<Authorization, { readonly kind: "refused" }>;

function outcomeOf(
  { answer, message, responseType }: AccessRefusal,
  authorizerLatencyMs?: number,
): Omit<Extract<Admission, { readonly kind: "refused" }>, "kind"> {
  const failure = {
    fault: "client" as const,
    ...(message !== undefined && { message }),
    ...(responseType !== undefined && { responseType }),
  };
  const exchange = {
    status: answer.status,
    failure,
    ...(authorizerLatencyMs !== undefined && { authorizerLatencyMs }),
  };
  return { answer, exchange };
}
