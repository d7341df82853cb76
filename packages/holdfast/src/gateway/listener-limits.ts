import type { ServerLimits } from "../model/server-configuration.ts";

/** What a listener gives each client, and all of them, at most. `Infinity` where there is no limit. */
export interface ListenerLimits {
  /** From the accepted connection to its first byte. */
  readonly firstByteTimeoutMs: number;
  /** From a client's first byte to the end of its TLS handshake. */
  readonly tlsHandshakeTimeoutMs: number;
  /** From the first byte, the end of the TLS handshake, or a later request's first byte, to the end of the headers; looked at every 5 seconds. */
  readonly headersTimeoutMs: number;
  /** From the first byte of an HTTP request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** How long an answer to an HTTP request may wait for a client that reads none of it. */
  readonly unreadAnswerTimeoutMs: number;
  /** From our close frame, or a refused handshake, to the end of the socket. */
  readonly closeTimeoutMs: number;
  /** Handshakes that wait for `$connect`; more are refused with 503. How long one waits is the gateway's limit. */
  readonly pendingHandshakes: number;
  /** What a client may send before its handshake is answered; the rest is not read before that. */
  readonly earlyBytes: number;
  /** What may wait for one client, here and in its socket. Above it the client is dropped. */
  readonly outboxBytes: number;
  /** How long up to twice of that may wait for a TLS client, whose socket says only after some turns what the kernel took. */
  readonly tlsBurstMs: number;
  /** Fragments of one message; more end the connection with 1008. */
  readonly messageFragments: number;
  /** Chunks in which one frame arrives; more end the connection with 1008. */
  readonly bufferedChunks: number;
  /** Sockets of every kind, those that say nothing included; more are dropped as they come. */
  readonly sockets: number;
  /** Open, or waiting for `$connect`; more are refused with 503. */
  readonly connections: number;
  /** The same from one address, an IPv6 network of 64 bits counting as one; more are refused with 429. */
  readonly connectionsPerAddress: number;
  /** Handshakes from one address, on average and as a burst; more are refused with 429. */
  readonly handshakesPerSecondPerAddress: number;
  /** Frames of one connection, on average; a burst may have twice as many. More are not read before there is room. */
  readonly framesPerSecondPerConnection: number;
  /** The first line and the headers of a request; longer ones are answered with 431. */
  readonly headerBytes: number;
}

export const defaultListenerLimits: ListenerLimits = {
  firstByteTimeoutMs: 10_000,
  tlsHandshakeTimeoutMs: 10_000,
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 60_000,
  unreadAnswerTimeoutMs: 60_000,
  closeTimeoutMs: 5000,
  pendingHandshakes: 1024,
  earlyBytes: 65_536,
  outboxBytes: 4 * 1024 * 1024,
  tlsBurstMs: 1000,
  messageFragments: 16_384,
  bufferedChunks: 16_384,
  sockets: Number.POSITIVE_INFINITY,
  connections: Number.POSITIVE_INFINITY,
  connectionsPerAddress: Number.POSITIVE_INFINITY,
  handshakesPerSecondPerAddress: Number.POSITIVE_INFINITY,
  framesPerSecondPerConnection: Number.POSITIVE_INFINITY,
  headerBytes: 16_384,
};

/** Beside the connections: for requests, handshakes, and those who say nothing. */
const otherSockets = 1024;

/** The part of an operator's limits that a listener holds; 0 is none there. */
export function readListenerLimits(limits: Omit<ServerLimits, "bodyBytes">): Partial<ListenerLimits> {
  const connections = orNone(limits.connections);
  return {
    sockets: connections + otherSockets,
    connections,
    connectionsPerAddress: orNone(limits.connectionsPerAddress),
    handshakesPerSecondPerAddress: orNone(limits.handshakesPerSecondPerAddress),
    framesPerSecondPerConnection: orNone(limits.messagesPerSecondPerConnection),
    outboxBytes: orNone(limits.outboxBytes),
    // Headers are held whole: they always have a bound.
    headerBytes: limits.headerBytes === 0 ? defaultListenerLimits.headerBytes : limits.headerBytes,
  };
}

/** An operator writes 0 for no limit. */
export function orNone(limit: number): number {
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}
