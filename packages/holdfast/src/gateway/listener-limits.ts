/** What a listener gives each client, at most. */
export interface ListenerLimits {
  /** From the accepted connection to its first byte. */
  readonly firstByteTimeoutMs: number;
  /** From a client's first byte to the end of its TLS handshake. */
  readonly tlsHandshakeTimeoutMs: number;
  /** From the first byte, the end of the TLS handshake, or a later request's first byte, to the end of the headers; looked at every 5 seconds. */
  readonly headersTimeoutMs: number;
  /** From the first byte of an HTTP request to the end of its body. */
  readonly requestTimeoutMs: number;
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
}

export const defaultListenerLimits: ListenerLimits = {
  firstByteTimeoutMs: 10_000,
  tlsHandshakeTimeoutMs: 10_000,
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 60_000,
  closeTimeoutMs: 5000,
  pendingHandshakes: 1024,
  earlyBytes: 65_536,
  outboxBytes: 4 * 1024 * 1024,
  tlsBurstMs: 1000,
  messageFragments: 16_384,
  bufferedChunks: 16_384,
};
