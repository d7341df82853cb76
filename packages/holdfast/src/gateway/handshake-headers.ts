/** Those of the handshake itself (RFC 6455), of the connection and of the message's length. */
const reservedNames: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a function cannot add this header to the handshake's answer: it is the gateway's, or no header at all. */
export function isReserved(name: string, value: string): boolean {
  return (
    reservedNames.has(name.toLowerCase()) ||
    !/^[\w!#$%&'*+.^`|~-]+$/.test(name) ||
    !/^[\t\x20-\x7e]*$/.test(value)
  );
}
