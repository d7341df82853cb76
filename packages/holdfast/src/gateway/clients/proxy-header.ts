import { isIP, SocketAddress } from "node:net";
import { plainAddress } from "./address.ts";
import type { SocketSource } from "./client.ts";

/** A PROXY header, of version 1 or 2 of HAProxy's specification. */
export interface ProxyHeader {
  /** How long it is. */
  readonly bytes: number;
  /** Absent where the proxy speaks for itself, as in its health checks, or does not know. */
  readonly source?: SocketSource;
}

/** Version 1 is never longer (the specification's own bound). */
const longestText = 107;
/** What version 2 may have behind its addresses goes up to 65,535 bytes there; proxies send a few hundred. */
const longestBinary = 16 + 4096;
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n");
const prefix = Buffer.from("PROXY ");

/** Reads the header at the beginning of what a socket brought so far. */
export function parseProxyHeader(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  if (startsAlike(received, prefix)) return parseText(received);
  if (startsAlike(received, signature)) return parseBinary(received);
  return "invalid";
}

/** As far as there is anything to compare. */
function startsAlike(received: Buffer, expected: Buffer): boolean {
  const length = Math.min(received.length, expected.length);
  return received.subarray(0, length).equals(expected.subarray(0, length));
}

/** `PROXY TCP4 203.0.113.7 198.51.100.1 4711 443`, and the end of the line. */
function parseText(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  const end = received.subarray(0, longestText).indexOf("\r\n");
  if (end === -1) return received.length < longestText ? "incomplete" : "invalid";
  const line = received.toString("latin1", 0, end);
  const bytes = end + 2;
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { bytes };
  const [, family, address = "", to = "", fromPort, port] =
    /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(line) ?? [];
  const isValid =
    family !== undefined &&
    isIP(address) === Number(family) &&
    isIP(to) === Number(family) &&
    [fromPort, port].every((one) => Number(one) <= 65_535);
  return isValid ? { bytes, source: { address: plainAddress(address), port: Number(port) } } : "invalid";
}

function parseBinary(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  if (received.length < 16) return "incomplete";
  const bytes = 16 + received.readUInt16BE(14);
  const command = received[12];
  if (bytes > longestBinary || (command !== 0x20 && command !== 0x21)) return "invalid";
  if (received.length < bytes) return "incomplete";
  // LOCAL, and kinds that are neither TCP over IPv4 nor over IPv6: what stands there is to be skipped.
  const addressBytes = command === 0x21 ? addressLengths.get(received[13] ?? 0) : undefined;
  if (addressBytes === undefined) return { bytes };
  const end = 16 + 2 * addressBytes;
  if (bytes < end + 4) return "invalid";
  const address = readAddress(received.subarray(16, 16 + addressBytes));
  return { bytes, source: { address, port: received.readUInt16BE(end + 2) } };
}

const addressLengths: ReadonlyMap<number, number> = new Map([
  [0x11, 4],
  [0x21, 16],
]);

function readAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return plainAddress(new SocketAddress({ family: "ipv6", address: groups.join(":") }).address);
}
