import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { GoneError, HoldfastError, toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { headerPairs } from "../header-pairs.ts";
import { BodyBudget, readBody } from "../http-body.ts";
import { parseConnectionId, type IdSource } from "../ids.ts";
import type { ApiPlace } from "../iam/api-arn.ts";
import { authenticate, type SignatureAccess } from "../iam/authenticate.ts";
import type { SignedRequest } from "../sigv4/signed-request.ts";
import { parseSignature } from "../sigv4/parse-signature.ts";
import { SigningKeys } from "../sigv4/signing-key.ts";
import { decodeUri } from "../sigv4/uri-encoding.ts";
import { statusOutcome } from "../traces/span-outcome.ts";
import { discardBody } from "./discard-body.ts";
import {
  deleted,
  described,
  gone,
  posted,
  refused,
  writeAnswer,
  writeTooLarge,
  type ManagementAnswer,
} from "./management-answer.ts";
import { startManagementSpan } from "./management-span.ts";
import { managementExchange, type ConnectionOwner } from "./management-exchange.ts";
import {
  checkCaller,
  checkKey,
  checkPage,
  explainGone,
  invalidId,
  noRoom,
  refuseSignature,
  tooLarge,
  unknownOperation,
  unknownStage,
  type JudgeKey,
  type Reason,
  type Refusal,
} from "./refusals.ts";

/** The HTTP side of `@connections`: how functions anywhere reach a connection by its id. */
export interface ManagementApi {
  /** Answers the request, in its own time. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse, target: ManagementTarget): void;
}

/** A path, split: `/{stage}/@connections/{rest}`, each part as it came, encoded. */
export interface ManagementTarget {
  /** Empty when the path has none. */
  readonly stage: string;
  /** Empty when nothing comes behind `@connections/`. */
  readonly rest: string;
}

export interface ManagementOptions extends ApiPlace {
  readonly connections: Connections;
  /** The stages of the API as they are now; a connection can be reached through each (API Gateway, captured). */
  readonly stages: () => ReadonlySet<string>;
  readonly access: SignatureAccess;
  /** Whether whoever has a key may do something; absent: whoever is admitted may. */
  readonly judge?: JudgeKey;
  readonly ids: Pick<IdSource, "requestId" | "traceId">;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether a connection's `$connect` still runs, so that the log can say why it is gone. */
  readonly isConnecting?: (connectionId: string) => boolean;
  /** Whose a connection is, so that they hear of the call. */
  readonly ownerOf?: (connectionId: string) => ConnectionOwner | undefined;
  /** Calls that say which span they come from are traced; absent: none is. */
  readonly tracer?: Tracer;
  readonly uuid?: () => string;
  readonly bounds?: Partial<ManagementBounds>;
}

export interface ManagementBounds {
  /** Of one request's body; above it the answer is 413 (API Gateway, captured). */
  readonly bodyBytes: number;
  /** Of all bodies that are being read; above it requests are refused with 429. */
  readonly bodyBytesInFlight: number;
  /** How much of a body that is too large is read, and forgotten, so that its sender can read the answer. */
  readonly discardedBytes: number;
}

export const defaultManagementBounds: ManagementBounds = {
  bodyBytes: 131_072,
  bodyBytesInFlight: 64 * 1024 * 1024,
  discardedBytes: 16 * 1024 * 1024,
};

export function createManagementApi(options: ManagementOptions): ManagementApi {
  return new HttpManagementApi(options);
}

/** A request's target, and when it came. */
interface Asked extends ManagementTarget {
  readonly requestTimeMs: number;
}

interface Call {
  readonly method: string;
  readonly stage: string;
  readonly rest: string;
  readonly request: SignedRequest;
}

class HttpManagementApi implements ManagementApi {
  readonly #options: ManagementOptions;
  readonly #bounds: ManagementBounds;
  readonly #budget: BodyBudget;
  readonly #keys = new SigningKeys();

  constructor(options: ManagementOptions) {
    this.#options = options;
    this.#bounds = { ...defaultManagementBounds, ...options.bounds };
    this.#budget = new BodyBudget(this.#bounds.bodyBytesInFlight);
  }

  handle(request: IncomingMessage, response: ServerResponse, target: ManagementTarget): void {
    const asked: Asked = { ...target, requestTimeMs: this.#options.clock.now() };
    this.#serve(request, response, asked).catch((error: unknown) => {
      this.#options.log("error", "management.fault", {
        message: "A call of @connections could not be handled",
        error,
      });
      if (response.headersSent) request.socket.destroy();
      else
        this.#finish(
          response,
          asked,
          undefined,
          refused(500, "InternalServerErrorException", "Internal server error"),
        );
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    const { bodyBytes, discardedBytes } = this.#bounds;
    // Before the call, which may be the connection's end.
    const owner = this.#options.ownerOf?.(decodeUri(asked.rest) ?? asked.rest);
    const reading = await readBody(request, bodyBytes, this.#budget);
    try {
      if (reading.outcome === "aborted") return;
      if (reading.outcome === "read") {
        const answer = await this.#trace(request, asked, reading.body);
        this.#finish(response, asked, owner, answer);
        return;
      }
      // Before the answer: behind it the server would read on by itself, without an end.
      discardBody(request, discardedBytes);
      if (reading.outcome === "too-large") {
        this.#logRefusal(request.method ?? "", asked, 413, tooLarge(bodyBytes));
        this.#finish(response, asked, owner, "too-large");
      } else {
        this.#logRefusal(request.method ?? "", asked, 429, noRoom);
        this.#finish(response, asked, owner, noRoom.answer);
      }
    } finally {
      this.#budget.release(reading.heldBytes);
    }
  }

  async #trace(
    request: IncomingMessage,
    target: ManagementTarget,
    body: Buffer,
  ): Promise<ManagementAnswer | "too-large"> {
    const { tracer } = this.#options;
    const span = tracer && startManagementSpan(tracer, request, target);
    try {
      const answer = await this.#answer(request, target, body);
      span?.end(statusOutcome(answer === "too-large" ? 413 : answer.status));
      return answer;
    } catch (error) {
      span?.end({ error: toError(error).message });
      throw error;
    }
  }

  async #answer(
    request: IncomingMessage,
    target: ManagementTarget,
    body: Buffer,
  ): Promise<ManagementAnswer | "too-large"> {
    const call: Call = {
      ...target,
      method: request.method ?? "",
      request: {
        method: request.method ?? "",
        target: request.url ?? "",
        headers: headerPairs(request.rawHeaders),
        body,
      },
    };
    const permission = this.#permit(call);
    if ("refusal" in permission) {
      const { refusal } = permission;
      if (refusal.isLogged !== true) this.#logRefusal(call.method, target, refusal.answer.status, refusal);
      return refusal.answer;
    }
    const { connectionId } = permission;
    try {
      return await this.#carryOut(call.method, connectionId, body);
    } catch (error) {
      if (error instanceof GoneError) {
        this.#logRefusal(
          call.method,
          target,
          410,
          explainGone(this.#options.isConnecting?.(connectionId) === true),
        );
        return gone;
      }
      if (!(error instanceof HoldfastError) || error.code !== "PAYLOAD_TOO_LARGE") throw error;
      // Bytes that are no UTF-8 become three each. What API Gateway does then is not known.
      this.#logRefusal(call.method, target, 413, { cause: error.message, hint: error.hint });
      return "too-large";
    }
  }

  /**
   * The checks, in API Gateway's order as far as it is known: the id before the permission (captured). That the stage
   * comes first, and the signature before the id, is chosen.
   */
  #permit(call: Call): { readonly connectionId: string } | { readonly refusal: Refusal } {
    const { access, clock, stages } = this.#options;
    const foreign = checkPage(call.request.headers);
    if (foreign !== undefined) return { refusal: foreign };
    const stage = decodeUri(call.stage);
    if (stage === undefined || !stages().has(stage)) return { refusal: unknownStage(call.stage, stages()) };
    if (!methods.has(call.method) || call.rest === "" || call.rest.includes("/"))
      return { refusal: unknownOperation };
    const authentication = authenticate(call.request, {
      ...this.#options,
      access,
      nowMs: clock.now(),
      keys: this.#keys,
    });
    if (authentication.kind === "refused") return { refusal: refuseSignature(authentication.refusal) };
    const connectionId = readConnectionId(call.rest);
    if (connectionId === undefined) return { refusal: invalidId(decodeUri(call.rest) ?? call.rest) };
    const refusal =
      (authentication.caller && checkCaller(authentication.caller, this.#options, stage, call.method)) ??
      this.#judgeKey(call, connectionId, stage);
    return refusal === undefined ? { connectionId } : { refusal };
  }

  /** Functions of the app are known by their keys. */
  #judgeKey(call: Call, connectionId: string, stage: string): Refusal | undefined {
    const { judge, ownerOf, apiId } = this.#options;
    if (judge === undefined) return undefined;
    const place = { ...this.#options, apiId: ownerOf?.(connectionId)?.apiId ?? apiId };
    return checkKey(judge, parseSignature(call.request), place, stage, call.method);
  }

  async #carryOut(method: string, connectionId: string, body: Buffer): Promise<ManagementAnswer> {
    const { connections } = this.#options;
    switch (method) {
      case "POST":
        // Always text; each run of bytes that is no UTF-8 becomes U+FFFD (captured).
        await connections.send(connectionId, body.toString("utf8"));
        return posted;
      case "DELETE":
        await connections.close(connectionId);
        return deleted;
      default:
        return described(await connections.describe(connectionId));
    }
  }

  #finish(
    response: ServerResponse,
    { stage, rest, requestTimeMs }: Asked,
    owner: ConnectionOwner | undefined,
    answer: ManagementAnswer | "too-large",
  ): void {
    const { ids, clock, uuid = randomUUID } = this.#options;
    const nowMs = clock.now();
    const answerIds = { requestId: uuid(), extendedRequestId: ids.requestId(), traceId: ids.traceId(nowMs) };
    if (answer === "too-large") writeTooLarge(response, nowMs);
    else writeAnswer(response, answer, answerIds, nowMs);
    owner?.observer?.handled(
      managementExchange({
        request: response.req,
        apiId: owner.apiId,
        stage: decodeUri(stage) ?? stage,
        connectionId: decodeUri(rest) ?? rest,
        answer: answer === "too-large" ? { status: 413, body: "" } : answer,
        ids: answerIds,
        requestTimeMs,
      }),
    );
  }

  #logRefusal(
    method: string,
    { stage, rest }: ManagementTarget,
    status: number,
    { cause, hint }: Reason,
  ): void {
    const connectionId = printable(decodeUri(rest) ?? rest);
    // An app that sends to all whom it remembers meets many that are gone: that is no fault.
    this.#options.log(status === 410 ? "info" : "warn", "management.refused", {
      message: `${method} @connections/${connectionId} was answered with ${status}: ${cause}`,
      hint,
      status,
      stage,
      connectionId,
    });
  }
}

/** A client's words, as a terminal may show them. */
function printable(text: string): string {
  return text.slice(0, 200).replaceAll(/[^\x20-\x7E]/g, "?");
}

const methods: ReadonlySet<string> = new Set(["POST", "GET", "DELETE"]);

/** Undefined for what no node of ours made. */
function readConnectionId(rest: string): string | undefined {
  const connectionId = decodeUri(rest);
  if (connectionId === undefined) return undefined;
  try {
    parseConnectionId(connectionId);
    return connectionId;
  } catch {
    return undefined;
  }
}
