import {
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type RequestOptions,
} from "node:http";
import type { HttpHandler } from "../../../src/gateway/http-answer.ts";

/** A bare HTTP server for one handler. */
export async function serveHttp(handler: HttpHandler): Promise<HttpServer> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    port,
    fetch: (path, options = {}) => fetchRaw({ ...options, port, path, host: "127.0.0.1" }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface HttpServer extends AsyncDisposable {
  readonly port: number;
  /** Sends the path as it is, unlike `fetch`, which tidies it. */
  fetch(path: string, options?: FetchOptions): Promise<HttpAnswer>;
}

export interface FetchOptions extends RequestOptions {
  readonly body?: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

function fetchRaw({ body, ...options }: FetchOptions): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const request = sendRequest({ agent: false, ...options }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const bytes = Buffer.concat(chunks);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() });
    });
  });
  request.on("error", reject);
  request.end(body);
  return promise;
}
