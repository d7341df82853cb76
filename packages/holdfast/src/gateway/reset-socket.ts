import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Ends a socket at once, with all that the kernel still holds for it. */
export function resetSocket(socket: Socket): void {
  // A TLS socket refuses a reset of its own.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
