import { respondJson, type HttpHandler } from "./http-answer.ts";
import { splitTarget } from "./request-target.ts";

export const livePath = "/health/live";
export const readyPath = "/health/ready";

/** `starting`: no handlers yet. `draining`: clients are to go elsewhere. */
export type Readiness = "starting" | "ready" | "draining";

/**
 * Answers those who watch over a server: whether its process lives, and whether it is to get clients. Both are a status,
 * 200 or 503, with a word about it, and say nothing of the app. Everything else is handed on.
 */
export function createHealthPage(readiness: () => Readiness, next: HttpHandler): HttpHandler {
  return (request, response) => {
    const path = splitTarget(request.url)?.path;
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || (path !== livePath && path !== readyPath)) {
      next(request, response);
      return;
    }
    const isFine = path === livePath || readiness() === "ready";
    const word = path === livePath ? "live" : readiness();
    respondJson(response, isFine ? 200 : 503, word, { "cache-control": "no-store" });
  };
}
