import { outcomeOf } from "../../../gateway/traces/span-outcome.ts";
import type { InvocationEvent, TaskEvent } from "../../../model/gateway-event.ts";
import type { InvocationResult, Invoker } from "../../../ports/invoker.ts";
import type { NewSpan, Span, Tracer } from "../../../ports/tracer.ts";

/**
 * Gives each invocation a span, below that of its event, and tells the function of it. Work that nothing of the gateway's
 * asks for gets a span of its own first. Without a tracer nothing is added.
 */
export function traceInvocations(invoker: Invoker, tracer: Tracer | undefined): Invoker {
  if (tracer === undefined) return invoker;
  const invoke = async (name: string, event: InvocationEvent): Promise<InvocationResult> => {
    // Below what is not sampled there is nothing to begin, and its context goes on as it is.
    if (event.trace?.sampled === false) return invoker.invoke(name, event);
    const span = tracer.start(invocationSpan(name, event), event.trace);
    const result = await invoker.invoke(name, { ...event, trace: span.context });
    span.end(outcomeOf(result));
    return result;
  };
  return {
    async invoke(name, event) {
      const span = event.kind === "task" ? startTaskSpan(tracer, event) : undefined;
      if (span === undefined) return invoke(name, event);
      const result = await invoke(name, { ...event, trace: span.context });
      span.end(outcomeOf(result));
      return result;
    },
    forget: (connectionId) => invoker.forget(connectionId),
  };
}

/** Undefined where one function calls another: then that call has a span already. */
function startTaskSpan(tracer: Tracer, { source, routeKey, requestId, trace }: TaskEvent): Span | undefined {
  if (trace !== undefined && (trace.sampled === false || direct.has(source))) return undefined;
  return tracer.start(
    {
      name: routeKey,
      kind: taskKinds[source],
      attributes: { "holdfast.request_id": requestId, "holdfast.task_source": source },
    },
    trace,
  );
}

const direct: ReadonlySet<TaskEvent["source"]> = new Set(["call", "resource"]);

const taskKinds: Readonly<Record<TaskEvent["source"], NewSpan["kind"]>> = {
  call: "server",
  resource: "server",
  schedule: "internal",
  service: "internal",
  topic: "consumer",
  queue: "consumer",
  table: "consumer",
  bucket: "consumer",
};

function invocationSpan(name: string, event: InvocationEvent): NewSpan {
  return {
    name: `invoke ${name}`,
    kind: "internal",
    attributes: {
      "faas.name": name,
      "faas.invocation_id": event.requestId,
      "faas.trigger": triggerOf(event),
    },
  };
}

/** OpenTelemetry's words for why a function runs. */
function triggerOf(event: InvocationEvent): "http" | "pubsub" | "datasource" | "timer" | "other" {
  if (event.kind === "http" || event.kind === "connect" || event.kind === "authorize") return "http";
  if (event.kind !== "task") return "other";
  return taskTriggers[event.source] ?? "other";
}

const taskTriggers: Partial<Record<TaskEvent["source"], "pubsub" | "datasource" | "timer">> = {
  topic: "pubsub",
  queue: "pubsub",
  table: "datasource",
  bucket: "datasource",
  schedule: "timer",
};
