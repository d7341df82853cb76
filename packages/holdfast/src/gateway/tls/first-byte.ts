import type { Socket } from "node:net";

/** The content type of a TLS handshake record (RFC 8446, 5.1). No HTTP method starts with it. */
const tlsHandshake = 0x16;

/**
 * Waits for what a client says first and hands the socket on, with all of it still to read: to `tls` when it starts a
 * TLS handshake, else to `plain`. A client that leaves without a word is handed on to nobody.
 */
export function handOnByFirstByte(
  socket: Socket,
  takers: { readonly plain: (socket: Socket) => void; readonly tls: (socket: Socket) => void },
): void {
  const onEnd = (): void => void socket.destroy();
  socket.once("end", onEnd);
  socket.once("data", (chunk: Buffer) => {
    socket.off("end", onEnd);
    const isTls = chunk[0] === tlsHandshake;
    // A TLS socket takes from this one what it holds, which must not flow away before.
    if (isTls) socket.pause();
    // Put back, it is delivered again in a later tick, when whoever takes the socket listens.
    socket.unshift(chunk);
    if (isTls) takers.tls(socket);
    else takers.plain(socket);
  });
}
