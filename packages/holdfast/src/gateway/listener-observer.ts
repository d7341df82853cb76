import type { IncomingMessage, ServerResponse } from "node:http";

/** Hears what a listener was asked. Nothing here waits or throws. */
export interface ListenerObserver {
  /** Before anything has been answered. */
  requested(request: IncomingMessage, response: ServerResponse): void;
  /** A handshake was refused with this status, by the listener or by a gateway. */
  refused(status: number): void;
}
