import { readProxyResponse, type MessageEvent, type OpenEvent } from "../model/gateway-event.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import { describeThrottling, type Throttle } from "./access/throttles.ts";
import type { Connection } from "./connection.ts";
import { messageExchange } from "./exchanges.ts";
import { logFailure, logMalformedAnswer, type Failure } from "./failure-log.ts";
import { encodeTextFrame } from "./frame.ts";
import type { ClientMessage } from "./gateway.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { gatewayMessage, type GatewayMessage } from "./gateway-messages.ts";
import { routeKeys, selectRoute, type GatewayRoute } from "./route-table.ts";
import { startConnectionSpan, startMessageSpan } from "./traces/event-spans.ts";
import { outcomeOf } from "./traces/span-outcome.ts";

/** A message's way: route, function, and what the client hears of it. */
export class MessageFlow {
  readonly #context: GatewayContext;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  route(connection: Connection, message: ClientMessage): GatewayRoute | undefined {
    const { routes: table, access, observer } = this.#context.deployed();
    const route = selectRoute(table, message);
    if (!("noRoute" in route)) {
      const throttle = access.throttles.get(route.key);
      if (throttle === undefined || throttle.admit(this.#context.clock.now())) return route;
      this.#refuseThrottled(connection, route, throttle);
      return undefined;
    }
    const requestId = this.#context.ids.requestId();
    const { apiName, connectionId } = connection.facts;
    const keys = routeKeys(table);
    const known = keys.length === 0 ? "It has no routes" : `Its routes: ${keys.join(", ")}`;
    this.#context.log("warn", "gateway.forbidden", {
      message: `${route.noRoute} in the WebSocket API "${apiName}": the client got "Forbidden". ${known}`,
      api: apiName,
      connectionId,
      requestId,
      routeKeys: keys,
    });
    this.#tell(connection, "Forbidden", requestId);
    observer?.handled({
      eventType: "MESSAGE",
      connection: connection.facts,
      requestId,
      requestTimeMs: this.#context.clock.now(),
      status: 403,
      failure: { fault: "client", message: "Forbidden" },
    });
    return undefined;
  }

  /** That the client hears of it, and this text, is chosen: what API Gateway does with such a message is not known. */
  #refuseThrottled(connection: Connection, { key }: GatewayRoute, throttle: Throttle): void {
    const { clock, deployed, ids, log } = this.#context;
    const message = "Too Many Requests";
    const requestId = ids.requestId();
    const requestTimeMs = clock.now();
    const count = throttle.takeReport(requestTimeMs);
    if (count !== undefined)
      log("warn", "gateway.throttled", {
        message: `${count} message(s) to the route "${key}" of the WebSocket API "${connection.facts.apiName}" were answered with "${message}": ${describeThrottling(throttle)}`,
        hint: "Let clients send less, or raise the route's throttling.",
        api: connection.facts.apiName,
        routeKey: key,
        connectionId: connection.facts.connectionId,
      });
    this.#tell(connection, message, requestId);
    deployed().observer?.handled({
      eventType: "MESSAGE",
      connection: connection.facts,
      routeKey: key,
      requestId,
      requestTimeMs,
      status: 429,
      failure: { fault: "client", message },
    });
  }

  start(connection: Connection, route: GatewayRoute, message: ClientMessage): void {
    const { ids, clock, runner, work, tracer, deployed } = this.#context;
    const isText = typeof message === "string";
    const came: MessageEvent = {
      kind: "message",
      connection: connection.facts,
      routeKey: route.key,
      requestId: ids.requestId(),
      requestTimeMs: clock.now(),
      messageId: ids.messageId(connection.facts.connectionId),
      body: isText ? message : message.toString("base64"),
      isBase64Encoded: !isText,
    };
    const span = tracer && startMessageSpan(tracer, came);
    const event = span === undefined ? came : { ...came, trace: span.context };
    work.begin();
    runner.run(route, event, (result) => {
      try {
        const told = this.#answer(connection, route, event, result);
        deployed().observer?.handled(messageExchange(event, result, told, clock.now()));
      } finally {
        span?.end(outcomeOf(result));
        connection.inbox.finished(route);
        work.end();
      }
    });
  }

  /** Runs what the app has for connections that have just opened. */
  opened(connection: Connection): void {
    const { deployed, ids, clock, runner, work, tracer, log } = this.#context;
    const route = deployed().routes.open;
    if (route === undefined) return;
    const came: OpenEvent = {
      kind: "open",
      connection: connection.facts,
      routeKey: route.key,
      requestId: ids.requestId(),
      requestTimeMs: clock.now(),
    };
    const span = tracer && startConnectionSpan(tracer, came);
    const event = span === undefined ? came : { ...came, trace: span.context };
    work.begin();
    runner.run(route, event, (result) => {
      span?.end(outcomeOf(result));
      if (result.outcome !== "returned") logFailure(log, route, event, result);
      work.end();
    });
  }

  /** Answers what the gateway told the client of its own, if anything. */
  #answer(
    connection: Connection,
    route: GatewayRoute,
    event: MessageEvent,
    result: IntegrationResult,
  ): GatewayMessage | undefined {
    if (result.outcome !== "returned") {
      logFailure(this.#context.log, route, event, result);
      return this.#tell(connection, messageFor(result), event.requestId);
    }
    // Without a route response nothing that the function returned reaches the client (API Gateway, captured).
    if (!route.responds || result.payload === null || result.payload === undefined) return undefined;
    return this.#reply(connection, route, event, result.payload);
  }

  /** Exactly the body's text; status and headers have no place in a frame (API Gateway, captured). */
  #reply(
    connection: Connection,
    route: GatewayRoute,
    event: MessageEvent,
    payload: unknown,
  ): GatewayMessage | undefined {
    const response = readProxyResponse(payload);
    if (response === undefined)
      return this.#refuseReply(
        connection,
        route,
        event,
        "it is no object with a statusCode and a body that is text",
      );
    if (response.body === undefined) return undefined;
    const text = response.isBase64Encoded ? Buffer.from(response.body, "base64").toString() : response.body;
    const { messageBytes } = this.#context.deployed().api.limits;
    if (Buffer.byteLength(text) > messageBytes)
      return this.#refuseReply(connection, route, event, `its body is longer than ${messageBytes} bytes`);
    connection.send(encodeTextFrame(text));
    return undefined;
  }

  #refuseReply(
    connection: Connection,
    route: GatewayRoute,
    event: MessageEvent,
    reason: string,
  ): GatewayMessage {
    logMalformedAnswer(this.#context.log, route, event, reason);
    return this.#tell(connection, "Internal server error", event.requestId);
  }

  #tell(connection: Connection, message: GatewayMessage, requestId: string): GatewayMessage {
    connection.send(encodeTextFrame(gatewayMessage(message, connection.facts.connectionId, requestId)));
    return message;
  }
}

/** A function that found the message wrong speaks as the gateway's own validation does (API Gateway, documented). */
function messageFor({ outcome, error }: Failure): GatewayMessage {
  if (outcome === "no-answer") return "Endpoint request timed out";
  return error.code === "BODY_INVALID" ? "Bad request body" : "Internal server error";
}
