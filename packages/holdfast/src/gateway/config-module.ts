import type { IncomingMessage } from "node:http";
import { clientOf } from "./clients/client.ts";
import type { HttpHandler } from "./http-answer.ts";
import { splitTarget } from "./request-target.ts";

export const configModulePath = "/_holdfast/config.js";

export interface ConfigModuleOptions {
  /** Asked at each request, the first one first. */
  readonly websockets: () => readonly AdvertisedSocket[];
  /** The configured name with its port, for pages that reached the listener under some other name. */
  readonly domainName: string;
  /** Names beside `localhost` that are known to lead here, without a port. */
  readonly hostNames?: readonly string[];
  readonly next: HttpHandler;
}

export interface AdvertisedSocket {
  readonly name: string;
  /** A stage's, `/dev`, or a path pattern. */
  readonly path: string;
  /** Of the listener that takes it; the one that serves the page unless given. */
  readonly port?: number;
}

/** An ES module that tells a page where its sockets are, so that no URL is ever pasted into one. */
export function createConfigModule(options: ConfigModuleOptions): HttpHandler {
  return (request, response) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || splitTarget(request.url)?.path !== configModulePath) {
      options.next(request, response);
      return;
    }
    const base = `${clientOf(request).secure ? "wss" : "ws"}://${authorityFor(request, options)}`;
    const urls = options.websockets().map((socket) => [socket.name, urlOf(socket, base)] as const);
    const lines = [
      `export const websockets = ${JSON.stringify(Object.fromEntries(urls))};`,
      `export const url = ${JSON.stringify(urls[0]?.[1]) ?? "undefined"};`,
    ];
    const body = `${lines.join("\n")}\n`;
    response.writeHead(200, {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-store",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };
}

/** By string work, because a path pattern's braces would not survive in a URL object. */
function urlOf({ path, port }: AdvertisedSocket, base: string): string {
  return (port === undefined ? base : base.replace(/(?::\d+)?$/, `:${port}`)) + path;
}

/** The name that the page itself was loaded from, when it names the address it reached. */
function authorityFor(request: IncomingMessage, { domainName, hostNames = [] }: ConfigModuleOptions): string {
  const { secure, proxied, port: reachedPort } = clientOf(request);
  const scheme = secure ? "https" : "http";
  const text = `${scheme}://${request.headers.host ?? ""}`;
  if (!URL.canParse(text)) return domainName;
  const { hostname, port, host } = new URL(text);
  // A trusted proxy knows its own name, which leads to it, and by it to here.
  if (proxied) return host;
  const { localAddress = "" } = request.socket;
  if (Number(port || (scheme === "https" ? 443 : 80)) !== reachedPort) return domainName;
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, "");
  const isOwn =
    hostname === address ||
    hostname === `[${address}]` ||
    hostNames.includes(hostname) ||
    (hostname === "localhost" && isLoopback(address));
  return isOwn ? host : domainName;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
