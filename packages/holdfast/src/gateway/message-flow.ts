import { readProxyResponse, type MessageEvent, type OpenEvent } from "../model/gateway-event.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import type { Connection } from "./connection.ts";
import { logFailure, logMalformedAnswer, type Failure } from "./failure-log.ts";
import { encodeTextFrame } from "./frame.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { gatewayMessage, type GatewayMessage } from "./gateway-messages.ts";
import { routeKeys, selectRoute, type GatewayRoute } from "./route-table.ts";

/** A message's way: route, function, and what the client hears of it. */
export class MessageFlow {
  readonly #context: GatewayContext;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  route(connection: Connection, text: string): GatewayRoute | undefined {
    const table = this.#context.deployed().routes;
    const route = selectRoute(table, text);
    if (!("noRoute" in route)) return route;
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
    return undefined;
  }

  start(connection: Connection, route: GatewayRoute, body: string): void {
    const { ids, clock, runner, work } = this.#context;
    const event: MessageEvent = {
      kind: "message",
      connection: connection.facts,
      routeKey: route.key,
      requestId: ids.requestId(),
      requestTimeMs: clock.now(),
      messageId: ids.messageId(connection.facts.connectionId),
      body,
      isBase64Encoded: false,
    };
    work.begin();
    runner.run(route, event, (result) => {
      try {
        this.#answer(connection, route, event, result);
      } finally {
        connection.inbox.finished(route);
        work.end();
      }
    });
  }

  /** Runs what the app has for connections that have just opened. */
  opened(connection: Connection): void {
    const { deployed, ids, clock, runner, work, log } = this.#context;
    const route = deployed().routes.open;
    if (route === undefined) return;
    const event: OpenEvent = {
      kind: "open",
      connection: connection.facts,
      routeKey: route.key,
      requestId: ids.requestId(),
      requestTimeMs: clock.now(),
    };
    work.begin();
    runner.run(route, event, (result) => {
      if (result.outcome !== "returned") logFailure(log, route.function, event, result);
      work.end();
    });
  }

  #answer(connection: Connection, route: GatewayRoute, event: MessageEvent, result: IntegrationResult): void {
    if (result.outcome !== "returned") {
      logFailure(this.#context.log, route.function, event, result);
      this.#tell(connection, messageFor(result), event.requestId);
      return;
    }
    // Without a route response nothing that the function returned reaches the client (API Gateway, captured).
    if (route.responds && result.payload !== null && result.payload !== undefined)
      this.#reply(connection, route, event, result.payload);
  }

  /** Exactly the body's text; status and headers have no place in a frame (API Gateway, captured). */
  #reply(connection: Connection, route: GatewayRoute, event: MessageEvent, payload: unknown): void {
    const response = readProxyResponse(payload);
    if (response === undefined) {
      this.#refuseReply(
        connection,
        route,
        event,
        "it is no object with a statusCode and a body that is text",
      );
      return;
    }
    if (response.body === undefined) return;
    const text = response.isBase64Encoded ? Buffer.from(response.body, "base64").toString() : response.body;
    const { messageBytes } = this.#context.deployed().api.limits;
    if (Buffer.byteLength(text) > messageBytes)
      this.#refuseReply(connection, route, event, `its body is longer than ${messageBytes} bytes`);
    else connection.send(encodeTextFrame(text));
  }

  #refuseReply(connection: Connection, route: GatewayRoute, event: MessageEvent, reason: string): void {
    logMalformedAnswer(this.#context.log, route.function, event, reason);
    this.#tell(connection, "Internal server error", event.requestId);
  }

  #tell(connection: Connection, message: GatewayMessage, requestId: string): void {
    connection.send(encodeTextFrame(gatewayMessage(message, connection.facts.connectionId, requestId)));
  }
}

/** A function that found the message wrong speaks as the gateway's own validation does (API Gateway, documented). */
function messageFor({ outcome, error }: Failure): GatewayMessage {
  if (outcome === "no-answer") return "Endpoint request timed out";
  return error.code === "BODY_INVALID" ? "Bad request body" : "Internal server error";
}
