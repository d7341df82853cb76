import type { WebSocketApi } from "../model/app-model.ts";
import type { ConnectEvent, ConnectionFacts, HeaderPair } from "../model/gateway-event.ts";
import type { ConnectionRecords } from "../ports/connection-records.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import { judgeConnect, refuse, refuseWith } from "./connect-verdict.ts";
import { logFailure, logMalformedAnswer } from "./failure-log.ts";
import type { CloseChoice } from "../ports/connections.ts";
import type {
  Acceptance,
  ConnectionPort,
  GatewaySocket,
  Handshake,
  HandshakeAnswer,
  Refusal,
} from "./gateway.ts";
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
        const { protocol, attributes, headers, close } = verdict;
        if (protocol !== undefined && !offersProtocol(event.headers, protocol))
          log("warn", "gateway.protocol-not-offered", {
            message: `Function "${route.function}" chose the sub-protocol "${protocol}", which the client did not offer`,
            connectionId: connection.connectionId,
            requestId,
          });
        const facts = attributes === undefined ? connection : { ...connection, attributes };
        const greeting = {
          ...(protocol !== undefined && { protocol }),
          ...(headers !== undefined && { headers }),
        };
        if (close !== undefined) return this.#acceptAndClose(facts, greeting, close);
        if (attributes !== undefined) this.#options.records?.opened(facts);
        return this.#accept(facts, greeting);
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

  #accept(facts: ConnectionFacts, greeting: Greeting = {}): HandshakeAnswer {
    const { work, deployed } = this.#context;
    const { messageBytes, frameBytes } = deployed().api.limits;
    return {
      kind: "accepted",
      connectionId: facts.connectionId,
      messageBytes,
      frameBytes,
      ...greeting,
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

  /** Holdfast's extension: browsers show scripts the code and reason of a close, and nothing of a refusal. */
  #acceptAndClose(facts: ConnectionFacts, greeting: Greeting, close: Required<CloseChoice>): HandshakeAnswer {
    const { messageBytes, frameBytes } = this.#context.deployed().api.limits;
    // It never was a connection of the app's: nothing can be sent to it, and no `$disconnect` runs.
    this.#options.records?.closed(facts.connectionId);
    this.#context.work.end();
    return {
      kind: "accepted",
      connectionId: facts.connectionId,
      messageBytes,
      frameBytes,
      ...greeting,
      attach: (socket) => {
        socket.close(close.code, close.reason);
        return closedConnection;
      },
      abandon: () => {},
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

/** What of a function's answer goes into the 101. */
type Greeting = Pick<Acceptance, "protocol" | "headers">;

/** Hears nothing of what the client still sends. */
const closedConnection: ConnectionPort = {
  message: () => {},
  binary: () => {},
  ping: () => {},
  violation: () => {},
  closeFrame: () => {},
  goingAway: () => {},
  gone: () => {},
};

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
