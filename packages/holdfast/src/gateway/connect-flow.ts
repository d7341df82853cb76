import type { WebSocketApi } from "../model/app-model.ts";
import type { ConnectEvent, ConnectionFacts, HeaderPair } from "../model/gateway-event.ts";
import type { ConnectionRecords } from "../ports/connection-records.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import { judgeConnect, refuse, refuseWith } from "./connect-verdict.ts";
import { logFailure, logMalformedAnswer } from "./failure-log.ts";
import type { ConnectionPort, GatewaySocket, Handshake, HandshakeAnswer, Refusal } from "./gateway.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { GatewayRoute } from "./route-table.ts";

/** A handshake's way: `$connect` when there is one, and what becomes of the upgrade. */
export class ConnectFlow {
  readonly #context: GatewayContext;
  readonly #options: ConnectFlowOptions;

  constructor(context: GatewayContext, options: ConnectFlowOptions) {
    this.#context = context;
    this.#options = options;
  }

  run(handshake: Handshake): Promise<HandshakeAnswer> {
    const { ids, clock, deployed, work, runner } = this.#context;
    const { api, routes } = deployed();
    const facts = this.#factsOf(handshake, api);
    const { connectionId } = facts;
    const requestId = ids.requestId();
    if (this.#options.stopping())
      return Promise.resolve(refuseWith(503, "Service Unavailable", connectionId, requestId));

    work.begin();
    this.#options.records?.opened(facts);
    const route = routes.connect;
    if (route === undefined) return Promise.resolve(this.#accept(facts));
    const requestTimeMs = clock.now();
    const event: ConnectEvent = {
      kind: "connect",
      connection: facts,
      routeKey: route.key,
      requestId,
      requestTimeMs,
      headers: handshake.headers,
      query: handshake.query,
      traceId: ids.traceId(requestTimeMs),
      secure: handshake.secure,
      port: handshake.port,
    };
    const { promise, resolve } = Promise.withResolvers<HandshakeAnswer>();
    runner.run(route, event, (result) => resolve(this.#answer(route, event, result)));
    return promise;
  }

  #answer(route: GatewayRoute, event: ConnectEvent, result: IntegrationResult): HandshakeAnswer {
    const { log } = this.#context;
    if (result.outcome !== "returned") logFailure(log, route.function, event, result);
    const verdict = judgeConnect(result);
    const { connection, requestId } = event;
    switch (verdict.kind) {
      case "accept": {
        const { protocol, attributes } = verdict;
        if (protocol !== undefined && !offersProtocol(event.headers, protocol))
          log("warn", "gateway.protocol-not-offered", {
            message: `Function "${route.function}" chose the sub-protocol "${protocol}", which the client did not offer`,
            connectionId: connection.connectionId,
            requestId,
          });
        if (attributes === undefined) return this.#accept(connection, protocol);
        const facts = { ...connection, attributes };
        this.#options.records?.opened(facts);
        return this.#accept(facts, protocol);
      }
      case "refuse":
        return this.#refused(connection, refuse(verdict.status, verdict.body, requestId));
      case "fail":
        if (verdict.malformed !== undefined)
          logMalformedAnswer(log, route.function, event, verdict.malformed);
        return this.#refused(
          connection,
          refuseWith(verdict.status, verdict.message, connection.connectionId, requestId),
        );
    }
  }

  #accept(facts: ConnectionFacts, protocol?: string): HandshakeAnswer {
    const { work, deployed } = this.#context;
    const { messageBytes, frameBytes } = deployed().api.limits;
    return {
      kind: "accepted",
      connectionId: facts.connectionId,
      messageBytes,
      frameBytes,
      ...(protocol !== undefined && { protocol }),
      attach: (socket) => {
        const connection = this.#options.attach(facts, socket);
        work.end();
        return connection;
      },
      abandon: () => {
        this.#options.abandon(facts);
        work.end();
      },
    };
  }

  #refused(facts: ConnectionFacts, refusal: Refusal): Refusal {
    this.#options.records?.closed(facts.connectionId);
    this.#context.work.end();
    return refusal;
  }

  #factsOf(handshake: Handshake, api: WebSocketApi): ConnectionFacts {
    const { apiId, stage, domainName } = this.#options;
    const userAgent = handshake.headers.findLast(([name]) => name.toLowerCase() === "user-agent")?.[1];
    const { pathParameters } = handshake;
    return {
      connectionId: this.#context.ids.connectionId(),
      connectedAt: this.#context.clock.now(),
      apiName: api.name,
      apiId,
      stage,
      domainName,
      sourceIp: handshake.sourceIp,
      ...(userAgent !== undefined && { userAgent }),
      ...stageFacts(api),
      ...(pathParameters !== undefined && { pathParameters }),
    };
  }
}

export interface ConnectFlowOptions {
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly records?: ConnectionRecords;
  readonly stopping: () => boolean;
  readonly attach: (facts: ConnectionFacts, socket: GatewaySocket) => ConnectionPort;
  readonly abandon: (facts: ConnectionFacts) => void;
}

/** What the stage, as deployed, adds to a connection's facts: its variables, when it has any (API Gateway, captured). */
export function stageFacts(api: WebSocketApi): Pick<ConnectionFacts, "stageVariables"> {
  return Object.keys(api.stageVariables).length === 0 ? {} : { stageVariables: api.stageVariables };
}

function offersProtocol(headers: readonly HeaderPair[], protocol: string): boolean {
  return headers.some(
    ([name, value]) =>
      name.toLowerCase() === "sec-websocket-protocol" &&
      value.split(",").some((offered) => offered.trim() === protocol),
  );
}
