import type { ServerResponse } from "node:http";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { clientOf } from "./clients/client.ts";
import type { HttpHandler } from "./http-answer.ts";
import { splitRequestTarget } from "./request-target.ts";

export interface HttpAccessLogOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly next: HttpHandler;
}

/** As nginx has it for a client that left before it was answered. */
const clientLeft = 499;
const maximumPathUnits = 2048;

/**
 * A line of the log's, as event `access`, for each HTTP request that is handed on, once it is answered. What may be
 * secret of a URL, its query, is not in it.
 */
export function createHttpAccessLog({ clock, log, next }: HttpAccessLogOptions): HttpHandler {
  return (request, response) => {
    const { socket, method = "" } = request;
    const startedMs = clock.now();
    const bytesBefore = socket.bytesWritten;
    const ip = clientOf(request).address;
    const path = splitRequestTarget(request.url ?? "").path.slice(0, maximumPathUnits);
    response.once("close", () => {
      const status = statusOf(response);
      // With the headers; of requests that a client sends before it has the answer to the last, of both.
      const bytes = socket.bytesWritten - bytesBefore;
      const durationMs = clock.now() - startedMs;
      const message = `${method} ${path} ${status}`;
      log("info", "access", { message, method, path, status, bytes, durationMs, ip });
    });
    next(request, response);
  };
}

function statusOf({ headersSent, statusCode }: ServerResponse): number {
  return headersSent ? statusCode : clientLeft;
}
