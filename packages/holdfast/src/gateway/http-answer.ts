import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

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

/** The last in a chain of handlers. */
export function respondNotFound(_request: IncomingMessage, response: ServerResponse): void {
  respondJson(response, 404, "Not Found");
}
