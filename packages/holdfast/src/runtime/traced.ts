import type { InvocationEvent } from "../model/gateway-event.ts";
import { toTraceparent } from "../model/trace-context.ts";

/** What handlers are told of the trace that they are part of: a carrier, as OpenTelemetry's propagators read it. */
export interface TraceCarrier {
  /** Where the handler stands in a trace, as W3C's header has it; undefined where the app is not traced. */
  readonly traceparent: string | undefined;
  /** W3C's header of that name, as the caller sent it. */
  readonly tracestate: string | undefined;
}

export function traceparentOf({ trace }: Pick<InvocationEvent, "trace">): string | undefined {
  return trace && toTraceparent(trace);
}

export function traceCarrier(event: Pick<InvocationEvent, "trace">): TraceCarrier {
  return { traceparent: traceparentOf(event), tracestate: event.trace?.state };
}
