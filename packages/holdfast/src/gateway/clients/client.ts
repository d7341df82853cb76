import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { isLocalClient } from "../local-client.ts";
import { plainAddress } from "./address.ts";

/** Whom a request is from: whoever is at the other end of its socket, or whom a trusted proxy names. */
export interface Client {
  readonly address: string;
  /** Whether it came over TLS, to here or to the proxy. */
  readonly secure: boolean;
  /** The port that it reached. */
  readonly port: number;
  /** On this machine, with nothing in between. */
  readonly local: boolean;
  /** Whether a trusted proxy says so. */
  readonly proxied: boolean;
}

/** What a PROXY header says of a socket, in place of the kernel. */
export interface SocketSource {
  readonly address: string;
  /** The port that the client reached. */
  readonly port: number;
}

const client = Symbol("client");
const source = Symbol("source");

/** A request of which a trusted proxy told. */
export function setClient(request: IncomingMessage, value: Client): void {
  (request as Known<typeof client, Client>)[client] = value;
}

/** A socket of which a PROXY header told, or the TLS socket on it. */
export function setSource(socket: Socket, value: SocketSource): void {
  (socket as Known<typeof source, SocketSource>)[source] = value;
}

export function sourceOf(socket: Socket): SocketSource | undefined {
  return (socket as Known<typeof source, SocketSource>)[source];
}

type Known<Key extends symbol, Value> = { [key in Key]?: Value };

export function clientOf(request: IncomingMessage): Client {
  return (request as Known<typeof client, Client>)[client] ?? directClient(request);
}

function directClient({ socket, headers }: IncomingMessage): Client {
  const told = sourceOf(socket);
  return {
    address: told?.address ?? peerAddress(socket),
    secure: isSecure(socket),
    port: told?.port ?? socket.localPort ?? 0,
    local: isOfThisMachine(socket) && !isPassedOn(headers),
    proxied: false,
  };
}

/** Whether a socket's other end is on this machine, be it a function or a proxy, and no PROXY header says otherwise. */
export function isOfThisMachine(socket: Socket): boolean {
  return sourceOf(socket) === undefined && isLocalClient(socket);
}

/** Where a socket's own other end is, as the kernel has it. */
export function peerAddress({ remoteAddress = "" }: Socket): string {
  return plainAddress(remoteAddress);
}

export function isSecure(socket: Socket): boolean {
  return socket instanceof TLSSocket;
}

const forwardingHeaders = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

/** Whether somebody passed a request on, trusted or not: then whoever sent it may be anywhere, though the socket comes from this machine. */
function isPassedOn(headers: IncomingHttpHeaders): boolean {
  return forwardingHeaders.some((name) => headers[name] !== undefined);
}
