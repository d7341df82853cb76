import { toError } from "../base/errors.ts";
import type { WebSocketApi } from "../model/app-model.ts";
import type { ConnectEvent, ConnectionFacts, HeaderPair } from "../model/gateway-event.ts";
import { toXRayRoot, traceFields } from "../model/trace-context.ts";
import type { ConnectionRecords } from "../ports/connection-records.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import { ConnectAccess, type AccessOptions } from "./access/connect-access.ts";
import { judgeConnect, refuse, refuseWith } from "./connect-verdict.ts";
import { connectExchange, handshakeExchange } from "./exchanges.ts";
import { logFailure, logMalformedAnswer, logRefusal } from "./failure-log.ts";
import { nameOfCall } from "./function-call.ts";
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
import { headerValues, lastHeader } from "./header-pairs.ts";
import type { GatewayRoute } from "./route-table.ts";
import { startHandshakeSpan } from "./traces/event-spans.ts";
import { statusOutcome } from "./traces/span-outcome.ts";

/** A handshake's way: `$connect` when there is one, and what becomes of the upgrade. */
export class ConnectFlow {
  readonly #context: GatewayContext;
  readonly #options: ConnectFlowOptions;
  readonly #access: ConnectAccess;
  /** From the handshake to its answer. */
  readonly #connecting = new Set<string>();

  constructor(context: GatewayContext, options: ConnectFlowOptions) {
    this.#context = context;
    this.#options = options;
    this.#access = new ConnectAccess(context, options.access);
  }

  isConnecting(connectionId: string): boolean {
    return this.#connecting.has(connectionId);
  }

  /** Rejects where the gateway itself is at fault, and then leaves nothing of the handshake behind. */
  async run(handshake: Handshake): Promise<HandshakeAnswer> {
    const { ids, clock, deployed, work, tracer } = this.#context;
    const { api } = deployed();
    const facts = this.#factsOf(handshake, api);
    const { connectionId } = facts;
    const requestId = ids.requestId();
    if (this.#options.stopping()) {
      const refusal = refuseWith(503, "Service Unavailable", connectionId, requestId);
      return { ...refusal, headers: [...refusal.headers, ["retry-after", "1"]] };
    }

    const requestTimeMs = clock.now();
    const tooLong = this.#refuseLongUrl(handshake, { connection: facts, requestId, requestTimeMs });
    if (tooLong !== undefined) return tooLong;

    work.begin();
    this.#connecting.add(connectionId);
    const came: ConnectEvent = {
      kind: "connect",
      connection: facts,
      routeKey: "$connect",
      requestId,
      requestTimeMs,
      headers: handshake.headers,
      query: handshake.query,
      traceId: ids.traceId(requestTimeMs),
      secure: handshake.secure,
      port: handshake.port,
    };
    const span = tracer && startHandshakeSpan(tracer, came);
    const event =
      span === undefined ? came : { ...came, traceId: toXRayRoot(span.context.traceId), trace: span.context };
    try {
      const answering = this.#access.asksForNothing
        ? this.#connect(event, requestTimeMs)
        : this.#admit(event, handshake);
      const answer = await answering;
      span?.end(statusOutcome(answer.kind === "accepted" ? 101 : answer.status));
      return answer;
    } catch (error) {
      span?.end({ error: toError(error).message });
      this.#answered(facts);
      this.#options.records?.closed(connectionId);
      throw error;
    }
  }

  async #admit(event: ConnectEvent, { target }: Handshake): Promise<HandshakeAnswer> {
    const admission = await this.#access.admit(event, target);
    if (admission.kind === "admitted") return this.#connect(admission.event, this.#context.clock.now());
    this.#context.deployed().observer?.handled({ ...handshakeExchange(event), ...admission.exchange });
    this.#answered(event.connection);
    return admission.answer;
  }

  /** @param startedAtMs from when on `$connect` has its time. */
  async #connect(event: ConnectEvent, startedAtMs: number): Promise<HandshakeAnswer> {
    const { deployed, runner } = this.#context;
    const { routes, observer } = deployed();
    this.#record(event.connection);
    const route = routes.connect;
    if (route === undefined) {
      observer?.handled(handshakeExchange(event));
      return this.#accept(event.connection);
    }
    const { promise, resolve } = Promise.withResolvers<IntegrationResult>();
    runner.run(route, event, resolve, startedAtMs);
    return this.#answer(route, event, await promise);
  }

  /** A record lies on a disk, where no API key belongs. */
  #record(facts: ConnectionFacts): void {
    const { records } = this.#options;
    if (records === undefined) return;
    const { apiKey: _, authorizer, ...recorded } = facts;
    // An authorizer may have given the key, among the rest of what it knows.
    const { usageIdentifierKey: __, ...context } = authorizer ?? {};
    records.opened({ ...recorded, ...(authorizer !== undefined && { authorizer: context }) });
  }

  #answer(route: GatewayRoute, event: ConnectEvent, result: IntegrationResult): HandshakeAnswer {
    const { log, deployed, clock } = this.#context;
    if (result.outcome !== "returned") logFailure(log, route, event, result);
    const verdict = judgeConnect(result);
    deployed().observer?.handled(connectExchange(event, result, verdict, clock.now()));
    const { connection, requestId } = event;
    switch (verdict.kind) {
      case "accept": {
        const { protocol, attributes, headers, close } = verdict;
        if (protocol !== undefined && !offersProtocol(event.headers, protocol))
          log("warn", "gateway.protocol-not-offered", {
            message: `${nameOfCall(route)} chose the sub-protocol "${protocol}", which the client did not offer`,
            connectionId: connection.connectionId,
            requestId,
            ...traceFields(event.trace),
          });
        const facts = attributes === undefined ? connection : { ...connection, attributes };
        const greeting = {
          ...(protocol !== undefined && { protocol }),
          ...(headers !== undefined && { headers }),
        };
        if (close !== undefined) return this.#acceptAndClose(facts, greeting, close);
        if (attributes !== undefined) this.#record(facts);
        return this.#accept(facts, greeting);
      }
      case "refuse":
        logRefusal(log, route, event, verdict.status);
        return this.#refused(connection, refuse(verdict.status, verdict.body, requestId));
      case "fail":
        if (verdict.malformed !== undefined) logMalformedAnswer(log, route, event, verdict.malformed);
        return this.#refused(
          connection,
          refuseWith(verdict.status, verdict.message, connection.connectionId, requestId),
        );
    }
  }

  #accept(facts: ConnectionFacts, greeting: Greeting = {}): HandshakeAnswer {
    return this.#acceptance(facts, greeting, {
      attach: (socket) => {
        const connection = this.#options.attach(facts, socket);
        this.#answered(facts);
        return connection;
      },
      abandon: () => {
        this.#options.abandon(facts);
        this.#answered(facts);
      },
    });
  }

  /** Holdfast's extension: browsers show scripts the code and reason of a close, and nothing of a refusal. */
  #acceptAndClose(facts: ConnectionFacts, greeting: Greeting, close: Required<CloseChoice>): HandshakeAnswer {
    // It never was a connection of the app's: nothing can be sent to it, and no `$disconnect` runs.
    this.#options.records?.closed(facts.connectionId);
    this.#answered(facts);
    return this.#acceptance(facts, greeting, {
      attach: (socket) => {
        socket.close(close.code, close.reason);
        return closedConnection;
      },
      abandon: () => {},
    });
  }

  #acceptance(
    { connectionId }: ConnectionFacts,
    greeting: Greeting,
    outcome: Pick<Acceptance, "attach" | "abandon">,
  ): Acceptance {
    const { messageBytes, frameBytes } = this.#context.deployed().api.limits;
    return { kind: "accepted", connectionId, messageBytes, frameBytes, ...greeting, ...outcome };
  }

  #refused(facts: ConnectionFacts, refusal: Refusal): Refusal {
    this.#options.records?.closed(facts.connectionId);
    this.#answered(facts);
    return refusal;
  }

  /** Once for each handshake, however often it is called. */
  #answered({ connectionId }: ConnectionFacts): void {
    if (this.#connecting.delete(connectionId)) this.#context.work.end();
  }

  /** API Gateway's limit is documented, its answer is not known; this is HTTP's. */
  #refuseLongUrl(handshake: Handshake, request: HandshakeRequest): Refusal | undefined {
    const { api, observer } = this.#context.deployed();
    const { urlBytes } = api.limits;
    const bytes = Buffer.byteLength(handshake.target);
    if (bytes <= urlBytes) return undefined;
    const message = "URI Too Long";
    const { connection, requestId } = request;
    this.#context.log("warn", "gateway.url-too-long", {
      message: `A handshake was refused with 414: the path and query of its URL have ${bytes} bytes, and ${urlBytes} are allowed`,
      hint: "Send what is long in the first message, or raise limits.urlBytes; on API Gateway it is fixed.",
      api: api.name,
      requestId,
    });
    const failure = { fault: "client", message } as const;
    observer?.handled({ ...handshakeExchange(request), status: 414, failure });
    return refuseWith(414, message, connection.connectionId, requestId);
  }

  #factsOf(handshake: Handshake, api: WebSocketApi): ConnectionFacts {
    const { apiId, stage, domainName } = this.#options;
    const userAgent = lastHeader(handshake.headers, "user-agent");
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

type HandshakeRequest = Parameters<typeof handshakeExchange>[0];

/** What of a function's answer goes into the 101. */
type Greeting = Pick<Acceptance, "protocol" | "headers">;

/** Hears nothing of what the client still sends. */
const closedConnection: ConnectionPort = {
  message: () => {},
  binary: () => {},
  ping: () => {},
  violation: () => {},
  closeFrame: () => {},
  didNotRead: () => {},
  goingAway: () => {},
  gone: () => {},
};

export interface ConnectFlowOptions {
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly access?: AccessOptions;
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
  return headerValues(headers, "sec-websocket-protocol").some((value) =>
    value.split(",").some((offered) => offered.trim() === protocol),
  );
}
