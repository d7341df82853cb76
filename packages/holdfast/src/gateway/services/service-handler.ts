import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { awsErrorForm } from "../../model/aws-error-form.ts";
import { hostNameOf } from "../../model/aws-hosts.ts";
import { readServiceAddress, type AwsServiceAddress } from "../../model/aws-service-address.ts";
import { findTraceContext } from "../../model/trace-context.ts";
import type { AwsCaller, AwsServiceAnswer, AwsServices } from "../../ports/aws-services.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { foreignOrigin } from "../foreign-page.ts";
import { headerPairs } from "../header-pairs.ts";
import { clientOf } from "../clients/client.ts";
import { BodyBudget, readBody } from "../http-body.ts";
import { authenticate, type Authentication, type SignatureAccess } from "../iam/authenticate.ts";
import { discardBody } from "../management/discard-body.ts";
import { parseSignature } from "../sigv4/parse-signature.ts";
import { parsePresignedV2 } from "../sigv4/presigned-v2.ts";
import type { SignedRequest } from "../sigv4/signed-request.ts";
import { SigningKeys } from "../sigv4/signing-key.ts";
import {
  foreignPage,
  noRoom,
  policed,
  refusedSignature,
  starting,
  stranger,
  tooLarge,
  type ServiceRefusal,
} from "./refusals.ts";
import { authenticateV2, isOpenToPage, isOpenWithoutSignature } from "./s3-admission.ts";
import { statusOutcome } from "../traces/span-outcome.ts";
import { serviceSpan } from "./service-span.ts";

export interface ServiceHandlerOptions {
  readonly services: AwsServices;
  /** Whether a service of that name, as signatures have it, is here. */
  readonly isHosted: (service: string) => boolean;
  /** Whose signatures are taken. */
  readonly access: SignatureAccess;
  /** Whether a call needs no signature, whatever `access` says: there are some that exchange other proof for keys. */
  readonly takesUnsigned?: (service: string, request: SignedRequest) => boolean;
  /** The function that an access key was given to. */
  readonly functionOf?: (accessKeyId: string) => string | undefined;
  readonly accountId: string;
  /** The largest body that a service is sent. */
  readonly bodyBytes: (service: string) => number;
  /** Of all bodies that are held. */
  readonly bodyBytesInFlight: number;
  /** Whether there is an app to answer for yet; absent: there is. */
  readonly isReady?: () => boolean;
  /** Aborts when the app ends: whatever waits for something to come is answered without it. */
  readonly closing?: AbortSignal;
  /** Calls that say which span they come from are traced; absent: none is. */
  readonly tracer?: Tracer;
  readonly clock: Clock;
  readonly log: Log;
}

/** How much of a body that is too large is read, and forgotten, so that its sender can read the answer. */
const discardedBytes = 16 * 1024 * 1024;

/** Answers calls of AWS's services, and tells whether a request was one of a service that is here. */
export function createServiceHandler(
  options: ServiceHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const handler = new ServiceHandler(options);
  return (request, response) => {
    const address = readServiceAddress({
      host: hostNameOf(request.headers.host ?? ""),
      authorization: request.headers.authorization,
      target: request.url ?? "",
    });
    if (address === undefined || !options.isHosted(address.service)) return false;
    handler.handle({ ...address, requestId: randomUUID(), request, response });
    return true;
  };
}

interface Call extends AwsServiceAddress {
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Admission = { readonly caller: AwsCaller } | { readonly refusal: ServiceRefusal };

class ServiceHandler {
  readonly #options: ServiceHandlerOptions;
  readonly #budget: BodyBudget;
  readonly #keys = new SigningKeys();

  constructor(options: ServiceHandlerOptions) {
    this.#options = options;
    this.#budget = new BodyBudget(options.bodyBytesInFlight);
  }

  /** Answers in its own time. Never throws. */
  handle(call: Call): void {
    this.#serve(call).catch((error: unknown) => {
      this.#options.log("error", "services.fault", {
        message: `A call of ${call.service} could not be handled`,
        error,
      });
      if (call.response.headersSent) call.request.socket.destroy();
      else write(call, this.#toAnswer(call, { status: 500, code: "InternalFailure", message: "" }));
    });
  }

  async #serve(call: Call): Promise<void> {
    const { service, request } = call;
    const bodyBytes = this.#options.bodyBytes(service);
    const reading = await readBody(request, bodyBytes, this.#budget);
    try {
      if (reading.outcome === "aborted") return;
      if (reading.outcome === "read") {
        write(call, await this.#answer(call, reading.body));
        return;
      }
      // Before the answer: behind it the server would read on by itself, without an end.
      discardBody(request, discardedBytes);
      write(
        call,
        this.#refuse(call, reading.outcome === "too-large" ? tooLarge(service, bodyBytes) : noRoom(service)),
      );
    } finally {
      this.#budget.release(reading.heldBytes);
    }
  }

  #answer(call: Call, body: Buffer): Promise<AwsServiceAnswer> | AwsServiceAnswer {
    const { request } = call;
    if (this.#options.isReady?.() === false) return this.#toAnswer(call, starting);
    const signed: SignedRequest = {
      method: request.method ?? "",
      target: request.url ?? "",
      headers: headerPairs(request.rawHeaders),
      body,
    };
    const admission = this.#isOpenTo(call) ? this.#admit(call, signed) : { refusal: stranger };
    if ("refusal" in admission) return this.#refuse(call, admission.refusal);
    return this.#trace(call, signed, admission.caller);
  }

  /** Below the invocation that the call comes from, as AWS's SDKs tell it. */
  async #trace(call: Call, signed: SignedRequest, caller: AwsCaller): Promise<AwsServiceAnswer> {
    const { tracer } = this.#options;
    const parent = tracer && findTraceContext((name) => oneHeader(call.request, name));
    if (parent?.sampled !== true) return this.#pass(call, signed, caller);
    const span = tracer?.start(serviceSpan(call.service, call.request, signed.body), parent);
    try {
      const answer = await this.#pass(call, signed, caller);
      // A condition that does not hold is one, too.
      span?.end(statusOutcome(answer.status, "client"));
      return answer;
    } catch (error) {
      span?.end({ error: toError(error).message });
      throw error;
    }
  }

  async #pass(
    call: Call,
    { method, target, body }: SignedRequest,
    caller: AwsCaller,
  ): Promise<AwsServiceAnswer> {
    const { service, region, requestId, request, response } = call;
    const { services, closing } = this.#options;
    const waiting = new AbortController();
    const end = (): void => waiting.abort();
    response.once("close", end);
    closing?.addEventListener("abort", end);
    try {
      return await services.answer({
        service,
        region,
        method,
        host: hostNameOf(request.headers.host ?? ""),
        target,
        headers: flatHeaders(request),
        body,
        requestId,
        caller,
        signal: waiting.signal,
      });
    } finally {
      response.off("close", end);
      closing?.removeEventListener("abort", end);
    }
  }

  /** An app's data is its user's: whoever else reaches the port has to show keys that somebody looks at. */
  #isOpenTo({ request }: Call): boolean {
    return this.#options.access.mode === "strict" || clientOf(request).local;
  }

  #admit({ service, region }: AwsServiceAddress, request: SignedRequest): Admission {
    const { access, accountId, clock } = this.#options;
    const isS3 = service === "s3";
    if (isS3 && isOpenWithoutSignature(request)) return { caller: {} };
    const origin = foreignOrigin(request.headers);
    if (origin !== undefined && !(isS3 && isOpenToPage(request, origin, access)))
      return { refusal: foreignPage(service, origin) };
    const presigned = isS3 ? parsePresignedV2(request) : undefined;
    if (presigned !== undefined) {
      const authentication = authenticateV2(presigned, request, access, accountId);
      return this.#toAdmission(service, authentication, presigned.accessKeyId);
    }
    const signature = parseSignature(request);
    if (signature.kind === "unsigned" && this.#options.takesUnsigned?.(service, request) === true)
      return { caller: {} };
    const authentication = authenticate(request, {
      access,
      // Clients may be of any region: all of them are here.
      region,
      service,
      accountId,
      apiId: "",
      nowMs: clock.now(),
      keys: this.#keys,
    });
    const accessKeyId = signature.kind === "signed" ? signature.accessKeyId : undefined;
    return this.#toAdmission(service, authentication, accessKeyId);
  }

  #toAdmission(service: string, authentication: Authentication, accessKeyId: string | undefined): Admission {
    if (authentication.kind === "refused")
      return { refusal: refusedSignature(service, authentication.refusal) };
    if (authentication.caller?.policy !== undefined)
      return { refusal: policed(service, authentication.caller) };
    return { caller: accessKeyId === undefined ? {} : this.#callerOf(accessKeyId) };
  }

  #callerOf(accessKeyId: string): AwsCaller {
    const name = this.#options.functionOf?.(accessKeyId);
    return { accessKeyId, ...(name !== undefined && { function: name }) };
  }

  #refuse(call: Call, refusal: ServiceRefusal): AwsServiceAnswer {
    this.#options.log("warn", "services.refused", {
      message: `A call of ${call.service} was answered with ${refusal.status}: ${refusal.cause}`,
      hint: refusal.hint,
      service: call.service,
      status: refusal.status,
    });
    return this.#toAnswer(call, refusal);
  }

  #toAnswer(
    { service, request, requestId }: Call,
    { status, code, message }: Pick<ServiceRefusal, "status" | "code" | "message">,
  ): AwsServiceAnswer {
    const asked = { service, headers: request.headers, target: request.url ?? "" };
    return { status, ...awsErrorForm(asked, { code, message, requestId }) };
  }
}

function write({ request, response }: Call, { status, headers, body }: AwsServiceAnswer): void {
  // The client has left.
  if (response.destroyed) return;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...(hasBody && { "content-length": Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(hasBody && request.method !== "HEAD" ? body : undefined);
}

function oneHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** Names come in lower case; what comes more than once is joined. */
function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}
