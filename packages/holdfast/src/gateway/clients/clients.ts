import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ProxyConfiguration } from "../../model/server-configuration.ts";
import { isOfThisMachine, isSecure, peerAddress, setClient, sourceOf } from "./client.ts";
import { readForwarded } from "./forwarded.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

/** Finds out whom sockets and requests are from, by the word of those proxies that are trusted. */
export class Clients {
  readonly #proxies: TrustedProxies;
  readonly #protocol: boolean;

  constructor({ trusted, protocol }: ProxyConfiguration) {
    this.#proxies = new TrustedProxies(trusted);
    this.#protocol = protocol;
  }

  /** Whether this socket has to begin with a PROXY header. */
  mustIntroduce(socket: Socket): boolean {
    return this.#protocol && this.#proxies.has(peerAddress(socket));
  }

  /** Whose socket it is; undefined for a proxy's that carries the requests of many, and for what runs on this machine. */
  ownerOf(socket: Socket): string | undefined {
    if (isOfThisMachine(socket)) return undefined;
    const address = sourceOf(socket)?.address ?? peerAddress(socket);
    return this.#proxies.has(address) ? undefined : address;
  }

  /**
   * Makes a request that a trusted proxy passed on what it was when the client sent it: its `Host` becomes the one that was
   * asked for, and `X-Forwarded-For` what the client had put there. So it is routed, and its signature judged, as if
   * there were no proxy. Other requests stay as they are, whatever headers they have.
   */
  identify(request: IncomingMessage): void {
    const { socket, headers } = request;
    const told = sourceOf(socket);
    const peer = told?.address ?? peerAddress(socket);
    if (!this.#proxies.has(peer)) return;
    const { address, claimed, secure, host, port } = readForwarded(headers, peer, (hop) =>
      this.#proxies.has(hop),
    );
    setHeader(request, "x-forwarded-for", claimed === "" ? undefined : claimed);
    if (host !== undefined) setHeader(request, "host", host);
    setClient(request, {
      address,
      secure: secure ?? isSecure(socket),
      port: port ?? told?.port ?? socket.localPort ?? 0,
      local: false,
      proxied: true,
    });
  }
}

/** Headers are kept twice: by name, and as they came. A header that came several times is then there once. */
function setHeader({ headers, rawHeaders }: IncomingMessage, name: string, value: string | undefined): void {
  if (headers[name] === undefined) {
    if (value === undefined) return;
    rawHeaders.push(name, value);
  } else {
    const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
    const spelling = rawHeaders[at] ?? name;
    for (let index = rawHeaders.length - 2; index >= 0; index -= 2)
      if (rawHeaders[index]?.toLowerCase() === name) rawHeaders.splice(index, 2);
    if (value !== undefined) rawHeaders.splice(at, 0, spelling, value);
  }
  if (value === undefined) delete headers[name];
  else headers[name] = value;
}
