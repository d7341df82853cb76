import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Refusal } from "./gateway.ts";

/** Answers a request, now or later. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** `{"message": …}`, the form in which API Gateway speaks for itself. */
export function respondJson(
  response: ServerResponse,
  status: number,
  message: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify({ message });
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** A refusal as it is, for a request that is no handshake. What it sent is not read, so the socket ends with it. */
export function respondRefusal(response: ServerResponse, { status, headers, body }: Refusal): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, {
    ...Object.fromEntries(headers),
    "content-length": length,
    connection: "close",
  });
  response.end(body);
}

/** The last in a chain of handlers. */
export function respondNotFound(_request: IncomingMessage, response: ServerResponse): void {
  respondJson(response, 404, "Not Found");
}
