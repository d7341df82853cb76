import type { Clock } from "../../base/clock.ts";
import type { InvocationEvent } from "../../model/gateway-event.ts";
import type { InvocationResult, Invoker } from "../../ports/invoker.ts";
import type { CounterFamily, Families, HistogramFamily, Labels } from "./families.ts";

/** What functions did, by what ran them. */
export class HandlerMetrics {
  readonly #invocations: CounterFamily;
  readonly #duration: HistogramFamily;

  constructor(families: Families) {
    const labels = ["event", "api", "route"];
    this.#invocations = families.counter({
      name: "holdfast_handler_invocations_total",
      help: "Invocations of handlers and authorizers, by what became of them.",
      labels: [...labels, "outcome"],
    });
    this.#duration = families.histogram({
      name: "holdfast_handler_duration_seconds",
      help: "Time from asking for a handler or an authorizer to its answer, waiting included.",
      labels,
    });
  }

  ran(event: InvocationEvent, outcome: InvocationResult["outcome"], durationMs: number): void {
    // Whoever calls a function that there is not may call it anything.
    const labels = { ...labelsOf(event), ...(outcome === "missing" && { route: "other" }) };
    this.#invocations.add({ ...labels, outcome });
    this.#duration.observe(labels, durationMs / 1000);
  }
}

/** An invoker that tells of each invocation. */
export function createMeasuredInvoker(invoker: Invoker, metrics: HandlerMetrics, clock: Clock): Invoker {
  return {
    async invoke(functionName, event) {
      const startedAtMs = clock.now();
      const result = await invoker.invoke(functionName, event);
      metrics.ran(event, result.outcome, clock.now() - startedAtMs);
      return result;
    },
    forget: (connectionId) => invoker.forget(connectionId),
  };
}

/** Route keys are those of the model, never a client's words. */
function labelsOf(event: InvocationEvent): Labels {
  switch (event.kind) {
    case "http":
      return { event: "http", route: event.routeKey };
    case "task":
      return { event: event.source, route: event.routeKey };
    default:
      return { event: event.kind, api: event.connection.apiName, route: event.routeKey };
  }
}
