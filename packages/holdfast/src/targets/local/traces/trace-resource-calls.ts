import { HoldfastError, toError } from "../../../base/errors.ts";
import { splitResource } from "../../../model/operations.ts";
import type { ResourceCall, ResourceCalls } from "../../../ports/resource-calls.ts";
import type { NewSpan, Tracer } from "../../../ports/tracer.ts";

/**
 * Gives each call of a resource a span, below that of the invocation that asks. Without one there is none; without a
 * tracer nothing is added.
 */
export function traceResourceCalls(calls: ResourceCalls, tracer: Tracer | undefined): ResourceCalls {
  if (tracer === undefined) return calls;
  return {
    async call(request) {
      if (request.trace?.sampled !== true) return calls.call(request);
      const span = tracer.start(resourceSpan(request), request.trace);
      try {
        const result = await calls.call({ ...request, trace: span.context });
        span.end();
        return result;
      } catch (thrown) {
        const { name, message } = toError(thrown);
        const type = thrown instanceof HoldfastError ? thrown.code : name;
        span.end({ error: message, attributes: { "error.type": type } });
        throw thrown;
      }
    },
  };
}

function resourceSpan({ resource, operation }: ResourceCall): NewSpan {
  const { kind, name } = splitResource(resource);
  const spanned = spanKinds[kind];
  return {
    name: `${operation} ${name}`,
    kind: spanned?.kind ?? "internal",
    attributes: {
      "holdfast.resource": resource,
      "holdfast.operation": operation,
      ...spanned?.attributes(name, operation),
    },
  };
}

interface SpanOfKind {
  readonly kind: NewSpan["kind"];
  readonly attributes: (name: string, operation: string) => NewSpan["attributes"];
}

const database: SpanOfKind = {
  kind: "client",
  attributes: (name, operation) => ({
    "db.system.name": "holdfast",
    "db.collection.name": name,
    "db.operation.name": operation,
  }),
};

const messaging: SpanOfKind = {
  kind: "producer",
  attributes: (name, operation) => ({
    "messaging.system": "holdfast",
    "messaging.destination.name": name,
    "messaging.operation.name": operation,
  }),
};

const call: SpanOfKind = { kind: "client", attributes: (name) => ({ "faas.invoked_name": name }) };

/** By the word before the colon. */
const spanKinds: Readonly<Record<string, SpanOfKind | undefined>> = {
  table: database,
  bucket: database,
  state: database,
  topic: messaging,
  websocket: messaging,
  function: call,
};
