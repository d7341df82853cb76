/** Where a conversation is written down: for a person at a terminal, for a pipe, or as lines of JSON. */
export interface Transcript {
  opened(connection: { readonly url: string; readonly protocol: string }): void;
  refused(refusal: Refusal): void;
  received(frame: Frame): void;
  sent(frame: Frame): void;
  /** `roundTripMs` is there when the pong answers a ping of ours that a person asked for. */
  control(kind: "ping" | "pong", frame: Frame, roundTripMs?: number): void;
  closed(ending: Ending): void;
  /** Something for a person that is no event of the connection. */
  note(text: string): void;
}

export interface Frame {
  readonly data: Buffer;
  readonly isBinary: boolean;
  /** When it came or went, in milliseconds since 1970. */
  readonly timeMs: number;
}

/** An HTTP answer other than 101 to the handshake. */
export interface Refusal {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As text, cut after 64 KiB. */
  readonly body: string;
}

export interface Ending {
  /** From the server's close frame; 1005 when that had none, 1006 when no close frame came. */
  readonly code: number;
  readonly reason: string;
  /** Whether both sides said goodbye, as `wasClean` in browsers. */
  readonly clean: boolean;
  /** Whether this side began to close. */
  readonly byUs: boolean;
  /** What broke the connection, if it said. */
  readonly error?: Error;
  /** What broke the output, so that there was no use in going on. */
  readonly outputError?: Error;
}
