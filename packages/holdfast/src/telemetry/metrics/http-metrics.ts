import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import type { CounterFamily, Families, HistogramFamily } from "./families.ts";
import { methodLabel, statusLabel } from "./label-values.ts";

/** What HTTP requests and handshakes led to. The names of the first two are those that dashboards elsewhere know. */
export class HttpMetrics {
  readonly #requests: CounterFamily;
  readonly #responseTime: HistogramFamily;
  readonly #refused: CounterFamily;
  readonly #clock: Clock;
  readonly #routes = new WeakMap<ServerResponse, string>();

  constructor(families: Families, clock: Clock) {
    this.#clock = clock;
    this.#requests = families.counter({
      name: "http_requests_total",
      help: "HTTP requests that were answered, without handshakes of WebSockets.",
      labels: ["method", "route", "status"],
    });
    this.#responseTime = families.histogram({
      name: "http_response_time",
      help: "Time from an HTTP request to the end of its answer, in seconds.",
      labels: ["method", "route"],
    });
    this.#refused = families.counter({
      name: "holdfast_handshakes_refused_total",
      help: "Handshakes of WebSockets that were refused, by the status of the answer.",
      labels: ["status"],
    });
  }

  /** A request came. It counts once its answer, or its socket, has ended. */
  requested(request: IncomingMessage, response: ServerResponse): void {
    const startedAtMs = this.#clock.now();
    response.once("close", () => {
      const method = methodLabel(request.method);
      const route = this.#routes.get(response) ?? "other";
      // The client left before there was an answer: nginx's status for that, since HTTP has none.
      const status = response.headersSent ? statusLabel(response.statusCode) : "499";
      this.#requests.add({ method, route, status });
      this.#responseTime.observe({ method, route }, (this.#clock.now() - startedAtMs) / 1000);
    });
  }

  /** What answers a request: a route as the app declares it, or a word for one of Holdfast's own. */
  routed(response: ServerResponse, route: string): void {
    this.#routes.set(response, route);
  }

  refused(status: number): void {
    this.#refused.add({ status: statusLabel(status) });
  }
}
