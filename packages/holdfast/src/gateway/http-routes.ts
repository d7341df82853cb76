import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../base/clock.ts";
import { toError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { HttpRoute } from "../model/app-model.ts";
import type { HttpEvent } from "../model/gateway-event.ts";
import type { Invoker } from "../ports/invoker.ts";
import type { Tracer } from "../ports/tracer.ts";
import { logFailure, logMalformedAnswer } from "./failure-log.ts";
import { clientOf } from "./clients/client.ts";
import { headerPairs } from "./header-pairs.ts";
import { respondJson, type HttpHandler } from "./http-answer.ts";
import { BodyBudget, readBody } from "./http-body.ts";
import { readHttpAnswer, refusalsOf } from "./http-function-answer.ts";
import { writeProxyResponse } from "./http-proxy-response.ts";
import { HttpRouteTable, type HttpMatch } from "./http-route-table.ts";
import { IdSource, type RandomBytes } from "./ids.ts";
import type { FunctionCall } from "./function-call.ts";
import { InvocationRunner, type IntegrationResult } from "./invocation-runner.ts";
import { splitTarget } from "./request-target.ts";
import { startHttpSpan } from "./traces/event-spans.ts";
import { statusOutcome } from "./traces/span-outcome.ts";

export interface HttpHandlerOptions {
  readonly routes: readonly HttpRoute[];
  readonly invoker: Invoker;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets the requests that no route matches. */
  readonly next: HttpHandler;
  /** Told which route answers a request, by its key. */
  readonly matched?: (response: ServerResponse, routeKey: string) => void;
  readonly randomBytes?: RandomBytes;
  readonly bounds?: Partial<HttpBounds>;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer;
}

export interface HttpBounds {
  /** API Gateway's quota. */
  readonly bodyBytes: number;
  /** Of all bodies that wait for their function's answer; above it requests are refused with 503. */
  readonly bodyBytesInFlight: number;
  readonly requestsInFlight: number;
  readonly integrationTimeoutMs: number;
}

export const defaultHttpBounds: HttpBounds = {
  bodyBytes: 10 * 1024 * 1024,
  bodyBytesInFlight: 256 * 1024 * 1024,
  requestsInFlight: 1024,
  integrationTimeoutMs: 30_000,
};

/** Runs the functions of HTTP routes. Throws `PATH_INVALID`. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const routes = new HttpRoutes(options);
  return (request, response) => routes.handle(request, response);
}

class HttpRoutes {
  readonly #options: HttpHandlerOptions;
  readonly #bounds: HttpBounds;
  readonly #table: HttpRouteTable;
  readonly #ids: IdSource;
  readonly #runner: InvocationRunner;
  readonly #budget: BodyBudget;
  #requestCount = 0;

  constructor(options: HttpHandlerOptions) {
    this.#options = options;
    this.#bounds = { ...defaultHttpBounds, ...options.bounds };
    this.#table = new HttpRouteTable(options.routes);
    this.#ids = new IdSource(0, options.randomBytes);
    this.#runner = new InvocationRunner(options.invoker, options.clock, options.log);
    this.#budget = new BodyBudget(this.#bounds.bodyBytesInFlight);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const target = splitTarget(request.url);
    const match = target && this.#table.find(request.method ?? "GET", target.path);
    if (match === undefined) {
      this.#options.next(request, response);
      return;
    }
    this.#options.matched?.(response, match.routeKey);
    this.#serve(request, response, match).catch((error: unknown) => {
      this.#options.log("error", "http.fault", { message: "A request could not be handled", error });
      if (response.headersSent) request.socket.destroy();
      else respondJson(response, 500, "Internal server error");
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse, match: HttpMatch): Promise<void> {
    const reading = await readBody(request, this.#bounds.bodyBytes, this.#budget);
    try {
      switch (reading.outcome) {
        case "aborted":
          return;
        case "too-large":
          // The rest of the body is not read, so nothing can follow on this socket.
          respondJson(response, 413, "Request Too Long", { connection: "close" });
          return;
        case "no-room":
          respondJson(response, 503, "Service Unavailable", { connection: "close" });
          return;
        case "read":
          await this.#take(request, response, match, reading.body);
      }
    } finally {
      this.#budget.release(reading.heldBytes);
    }
  }

  /** A request counts from the end of its body on: those who take their time with it keep nobody out. */
  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    match: HttpMatch,
    body: Buffer,
  ): Promise<void> {
    if (this.#requestCount >= this.#bounds.requestsInFlight) {
      respondJson(response, 503, "Service Unavailable", { connection: "close" });
      return;
    }
    this.#requestCount += 1;
    try {
      await this.#invoke(request, response, match, body);
    } finally {
      this.#requestCount -= 1;
    }
  }

  async #invoke(
    request: IncomingMessage,
    response: ServerResponse,
    match: HttpMatch,
    body: Buffer,
  ): Promise<void> {
    const url = urlOf(request);
    if (url === undefined) {
      respondJson(response, 400, "Bad Request");
      return;
    }
    const { routeKey, function: name } = match;
    const isText = isUtf8(body);
    const came: HttpEvent = {
      kind: "http",
      routeKey,
      requestId: this.#ids.requestId(),
      requestTimeMs: this.#options.clock.now(),
      method: request.method ?? "GET",
      url,
      headers: headerPairs(request.rawHeaders),
      pathParameters: match.pathParameters,
      sourceIp: clientOf(request).address,
      body: body.toString(isText ? "utf8" : "base64"),
      isBase64Encoded: !isText,
      ...(match.aws && { aws: match.aws }),
    };
    const call: FunctionCall = {
      kind: "function",
      function: name,
      timeoutMs: this.#bounds.integrationTimeoutMs,
    };
    const { tracer } = this.#options;
    const span = tracer && startHttpSpan(tracer, came);
    const event = span === undefined ? came : { ...came, trace: span.context };
    const { promise, resolve } = Promise.withResolvers<IntegrationResult>();
    this.#runner.run(call, event, resolve);
    try {
      this.#answer(response, call, event, await promise);
      span?.end(statusOutcome(response.statusCode));
    } catch (error) {
      span?.end({ error: toError(error).message });
      throw error;
    }
  }

  #answer(response: ServerResponse, call: FunctionCall, event: HttpEvent, result: IntegrationResult): void {
    const { log } = this.#options;
    const { fault, timeout } = refusalsOf(event.aws);
    if (result.outcome !== "returned") {
      logFailure(log, call, event, result);
      const { status, message } = result.outcome === "no-answer" ? timeout : fault;
      respondJson(response, status, message);
      return;
    }
    const proxyResponse = readHttpAnswer(result.payload, event.aws);
    const malformed =
      proxyResponse === undefined
        ? "it is no object with a statusCode (and a body that is text)"
        : writeProxyResponse(response, proxyResponse);
    if (malformed === undefined) return;
    logMalformedAnswer(log, call, event, malformed);
    respondJson(response, fault.status, fault.message);
  }
}

/** Undefined when the client's Host header makes no URL. */
function urlOf(request: IncomingMessage): string | undefined {
  const scheme = clientOf(request).secure ? "https" : "http";
  const text = `${scheme}://${request.headers.host ?? "localhost"}${request.url ?? "/"}`;
  return URL.canParse(text) ? text : undefined;
}
