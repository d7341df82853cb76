import type { WebSocketApi } from "../model/app-model.ts";
import type { ConnectionFacts, HeaderPair } from "../model/gateway-event.ts";
import type { Connections } from "../ports/connections.ts";
import type { GatewayObserver } from "../ports/gateway-observer.ts";
import type { Rooms } from "../ports/rooms.ts";

/**
 * One API Gateway WebSocket API with its stage, without sockets: a listener brings those and speaks the protocol,
 * the gateway decides what happens.
 */
export interface Gateway extends Connections, Rooms {
  /**
   * From now on messages take these routes, those of open connections too (API Gateway, captured).
   * Throws `MODEL_UNSUPPORTED`, `EXPRESSION_INVALID`, `MAPPING_TEMPLATE_INVALID`, `MODEL_SCHEMA_INVALID` or
   * `ACCESS_LOG_FORMAT_INVALID`, and goes on with the old routes.
   */
  deploy(api: WebSocketApi): void;

  /** Who hears now what happens here; whoever answers `@connections` for this gateway tells them of its calls. */
  readonly observer: GatewayObserver | undefined;

  /** What there is at this moment. Looks at each connection. */
  load(): GatewayLoad;

  /** `connecting`: its `$connect` has not returned yet, and nothing can be sent to it. */
  stateOf(connectionId: string): "connecting" | "open" | "gone";

  /** Runs `$connect`. Never rejects: whatever the function does becomes the handshake's answer. */
  open(handshake: Handshake): Promise<HandshakeAnswer>;

  /**
   * Runs `$disconnect` (1006, no reason) for each connection that an unclean stop left in the records, then removes
   * its record. Records of connections that are open now are left alone.
   */
  runGhosts(records: readonly ConnectionFacts[]): Promise<void>;

  /**
   * From now on new handshakes are refused with 503, and connections are closed as chosen, evenly over a time. Handlers go
   * on. Resolves when the last one was closed; `stop` then waits for what still runs.
   */
  drain(choice: DrainChoice): Promise<void>;

  /**
   * Closes every connection with 1001 "Going away", runs their `$disconnect`s and waits, up to `graceMs`, until no
   * function works for the gateway any more. New handshakes are refused with 503.
   */
  stop(graceMs?: number): Promise<void>;
}

/** Of one gateway. */
export interface GatewayLoad {
  readonly connections: number;
  readonly rooms: number;
  /** Messages whose integration runs. */
  readonly messagesRunning: number;
  /** Messages that came and wait for their turn. */
  readonly messagesWaiting: number;
}

/** How clients are sent away, so that not all of them come back at once. */
export interface DrainChoice {
  /** From the first close to the last. */
  readonly windowMs: number;
  readonly code: number;
  readonly reason: string;
  /** Whether those who have reached us already and ask only now are let in, and sent away with the last. */
  readonly takesLate?: boolean;
}

/** What the listener knows of a client that asks for a connection. */
export interface Handshake {
  /** In the client's spelling and order. */
  readonly headers: readonly HeaderPair[];
  /** Decoded, in the client's order. */
  readonly query: readonly HeaderPair[];
  readonly sourceIp: string;
  readonly secure: boolean;
  /** The port that the client reached. */
  readonly port: number;
  /** Path and query as they came: what signatures are made of. */
  readonly target: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
}

export type HandshakeAnswer = Refusal | Acceptance;

/** An HTTP response instead of the upgrade. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string | Buffer;
}

/** The listener calls exactly one of `attach` and `abandon`, once. */
export interface Acceptance {
  readonly kind: "accepted";
  readonly connectionId: string;
  /** The sub-protocol that the function chose; never one that the gateway chose by itself. */
  readonly protocol?: string;
  /** Further headers of the 101, which the function asked for. */
  readonly headers?: readonly HeaderPair[];
  /** The longest message to take from this client. */
  readonly messageBytes: number;
  /** The longest single frame to take from this client. */
  readonly frameBytes: number;
  /** The upgrade is done; from now on the connection exists. */
  attach(socket: GatewaySocket): ConnectionPort;
  /** The client left while `$connect` ran: `$disconnect` runs with 1006. */
  abandon(): void;
}

/** What the gateway needs of a socket. Nothing here waits or throws; on a socket that has ended it does nothing. */
export interface GatewaySocket {
  /** Queues one encoded frame. */
  send(frame: Buffer): void;
  /** Sends a close frame after all that is queued, then ends the socket in bounded time. No code: an empty frame. */
  close(code: number | undefined, reason: string): void;
  /** Stops reading, until `resume`. What was read already may still arrive. */
  pause(): void;
  resume(): void;
}

/** What a client sends: text, or the bytes of a binary message. */
export type ClientMessage = string | Buffer;

/** What a socket tells the gateway. After `gone` it tells nothing more. */
export interface ConnectionPort {
  /** A whole text message. */
  message(text: string): void;
  /** A whole binary message. */
  binary(data: Buffer): void;
  /** A ping was answered: the client lives. */
  ping(): void;
  /** The client broke the protocol or a limit, which calls for this close code. */
  violation(code: number, detail: string): void;
  /** The client's close frame. */
  closeFrame(code: number | undefined, reason: string): void;
  /** The client did not read what waited for it, and the socket was dropped. */
  didNotRead(): void;
  /** The listener is about to end. */
  goingAway(): void;
  /** The socket has ended, whatever came before. May be told more than once. */
  gone(): void;
}
