/** Reaches a connection by id, wherever its socket is. */
export interface Connections {
  /**
   * Sends one text frame; resolves when it is queued for the socket.
   * Rejects with `GoneError`, `CONNECTION_ID_INVALID` (checked first) or `PAYLOAD_TOO_LARGE`.
   */
  send(connectionId: string, data: string): Promise<void>;

  /**
   * Closes after what was sent before has left; `$disconnect` runs with this code and reason.
   * Without a choice: 1000 "Connection Closed Normally" (API Gateway, captured).
   * Rejects with `GoneError`, `CONNECTION_ID_INVALID` or `CLOSE_CODE_INVALID`.
   */
  close(connectionId: string, choice?: CloseChoice): Promise<void>;

  /** Rejects with `GoneError` or `CONNECTION_ID_INVALID`. */
  describe(connectionId: string): Promise<ConnectionDescription>;
}

export interface CloseChoice {
  readonly code: number;
  readonly reason?: string;
}

export interface ConnectionDescription {
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** When a message last came from or went to the client; milliseconds since 1970. */
  readonly lastActiveAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}
