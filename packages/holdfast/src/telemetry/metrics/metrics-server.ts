import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toListenError } from "../../base/listen-error.ts";
import type { Log } from "../../base/log.ts";
import type { OpenPort } from "../../ports/open-port.ts";
import type { Metrics } from "./metrics.ts";
import { createMetricsPage } from "./metrics-page.ts";

export interface MetricsServerOptions {
  readonly metrics: Metrics;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Brings a port that somebody else opened. */
  readonly open?: OpenPort;
  readonly log: Log;
}

export interface MetricsServer {
  readonly host: string;
  readonly port: number;
  /** Takes nothing new and ends what is under way. */
  close(): Promise<void>;
}

/** Who reads metrics is a few, each of them now and then. */
const bounds = {
  maximumSockets: 64,
  headerBytes: 8192,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
};

/**
 * Shows metrics at `/metrics` on a port of their own, and nothing else. Rejects with `ADDRESS_IN_USE` or
 * `ADDRESS_NOT_AVAILABLE`.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { metrics, host, port, open, log } = options;
  const server = createServer(
    {
      maxHeaderSize: bounds.headerBytes,
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
    },
    createMetricsPage(metrics, respondNotFound),
  );
  server.maxConnections = bounds.maximumSockets;
  const handed = await open?.(host, port);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  if (handed === undefined) server.listen({ host, port }, resolve);
  else server.listen(handed.handle, resolve);
  await promise.catch((error: unknown) => {
    throw toListenError(error, host, port);
  });
  server.off("error", reject);
  server.on("error", (error) =>
    log("error", "metrics.fault", { message: "The metrics' port met an error", error }),
  );
  // A server that listens on a port has an address of this kind.
  const address = server.address() as AddressInfo;
  return {
    host,
    port: address.port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function respondNotFound(_request: IncomingMessage, response: ServerResponse): void {
  const body = "Metrics are at /metrics\n";
  // What a request brings is not read, so its socket ends with the answer.
  response.writeHead(404, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  response.end(body);
}
