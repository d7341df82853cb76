import type { ConnectionFacts } from "../model/gateway-event.ts";

/**
 * Hears what a gateway did: access logs, metrics. Without one, a gateway says nothing and spends nothing on it. Nothing
 * here waits or throws.
 */
export interface GatewayObserver {
  /** Once for each handshake, message, end of a connection and call of `@connections`, when its answer is known. */
  handled(exchange: Exchange): void;
  /** The upgrade is done. */
  opened?(connection: ConnectionFacts): void;
  /** Once for each connection that was opened, with the code that its `$disconnect` is told. */
  closed?(connection: ConnectionFacts, code: number): void;
  /** A whole message came; `bytes` without the frames around it. */
  received?(connection: ConnectionFacts, bytes: number): void;
  /** A message was queued for the client, whoever sent it; `bytes` of its frame. */
  sent?(connection: ConnectionFacts, bytes: number): void;
  /** The client did not read, and was dropped. */
  slowConsumer?(connection: ConnectionFacts): void;
}

/** One thing that a gateway was asked, and what came of it. */
export interface Exchange {
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API";
  /** Of a call of `@connections`: what is known of its caller, and the id that it gave. */
  readonly connection: Pick<ConnectionFacts, "apiId" | "stage"> & Partial<ConnectionFacts>;
  /** Absent for a message that no route takes. */
  readonly routeKey?: string;
  readonly requestId: string;
  /** The same as `requestId` unless given; calls of `@connections` have two (API Gateway, captured). */
  readonly extendedRequestId?: string;
  /** Milliseconds since 1970. */
  readonly requestTimeMs: number;
  readonly messageId?: string;
  /** An HTTP status, also where the client gets a frame or nothing. */
  readonly status: number;
  /** From its start to its answer; absent where none was run. */
  readonly integrationLatencyMs?: number;
  readonly authorizerLatencyMs?: number;
  readonly failure?: ExchangeFailure;
}

export interface ExchangeFailure {
  readonly fault: ExchangeFault;
  /** What the client was told; absent where it got the integration's own words. */
  readonly message?: string;
  /** API Gateway's name for it, where it is known to have one. */
  readonly responseType?: ErrorResponseType;
  /** What a request model had against the message. */
  readonly validationError?: string;
}

/** `client`: turned away before anything ran. `integration`: it ran, and refused. `execution`: it could not be run to an answer. */
export type ExchangeFault = "client" | "integration" | "execution";

/** What failures are called in access logs: the variable is documented, its values are those of an emulator with captures. */
export type ErrorResponseType =
  | "ACCESS_DENIED"
  | "API_CONFIGURATION_ERROR"
  | "AUTHORIZER_CONFIGURATION_ERROR"
  | "AUTHORIZER_FAILURE"
  | "BAD_REQUEST_BODY"
  | "INTEGRATION_FAILURE"
  | "INTEGRATION_TIMEOUT"
  | "MISSING_AUTHENTICATION_TOKEN"
  | "UNAUTHORIZED";
