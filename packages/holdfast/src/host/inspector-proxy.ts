import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { HoldfastError } from "../base/errors.ts";

/** The inspector of a process that runs now. */
export interface InspectorTarget {
  /** `ws://127.0.0.1:port/id`, as Node names it. */
  readonly url: string;
  /** Aborts when the process is to end: Node waits for debuggers to leave before it exits. */
  readonly ending: AbortSignal;
}

export interface InspectorProxyOptions {
  readonly host: string;
  readonly port: number;
  /** Asked anew for every connection. */
  target(): InspectorTarget | undefined;
  onAttached(): void;
  onDetached(): void;
}

export interface InspectorProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * One address at which a debugger always finds the process that runs now: a reload ends its connection, and when it
 * connects again, to whatever path, it reaches the new process. Rejects with `ADDRESS_IN_USE` or
 * `ADDRESS_NOT_AVAILABLE`.
 */
export async function startInspectorProxy(options: InspectorProxyOptions): Promise<InspectorProxy> {
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, response) => forwardRequest(options.target(), incoming, response));
  server.on("upgrade", (incoming, socket, head) => {
    sockets.add(socket);
    options.onAttached();
    socket.once("close", () => {
      sockets.delete(socket);
      options.onDetached();
    });
    forwardUpgrade(options.target(), incoming, socket, head);
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Server = ReturnType<typeof createServer>;

function listen(server: Server, { host, port }: InspectorProxyOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const code = cause.code === "EADDRINUSE" ? "ADDRESS_IN_USE" : "ADDRESS_NOT_AVAILABLE";
      const hint = "Choose another address with --inspect host:port.";
      reject(new HoldfastError(code, `Cannot listen on ${host}:${port} for debuggers`, { cause, hint }));
    });
    server.listen(port, host, resolve);
  });
}

/** The lists of targets under `/json`. Node writes the Host header it gets into the addresses it gives. */
function forwardRequest(
  target: InspectorTarget | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const refuse = (): void => void response.writeHead(503).end("No function process runs at the moment");
  if (target === undefined) return refuse();
  const { hostname: host, port } = new URL(target.url);
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host, port, method, path, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", () => (response.headersSent ? response.destroy() : refuse()));
  outgoing.end();
}

function forwardUpgrade(
  target: InspectorTarget | undefined,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on("error", () => socket.destroy());
  if (target === undefined) return void socket.destroy();
  const { hostname: host, port, pathname } = new URL(target.url);
  const upstream = connect(Number(port), host);
  const end = (): void => {
    upstream.destroy();
    socket.destroy();
  };
  upstream.on("error", end);
  upstream.once("close", end);
  socket.once("close", end);
  target.ending.addEventListener("abort", end, { once: true });
  upstream.write(`GET ${pathname} HTTP/1.1\r\n${headerLines(incoming.rawHeaders)}\r\n`);
  upstream.write(head);
  upstream.pipe(socket).pipe(upstream);
}

function headerLines(raw: readonly string[]): string {
  let lines = "";
  for (let index = 0; index < raw.length; index += 2) lines += `${raw[index]}: ${raw[index + 1]}\r\n`;
  return lines;
}
