import type {
  Attributes,
  Span as OtelSpan,
  SpanContext,
  SpanStatusCode,
  Tracer as OtelTracer,
} from "@opentelemetry/api";
import type { TraceContext } from "../../model/trace-context.ts";
import type { NewSpan, Span, Tracer } from "../../ports/tracer.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";

/** The port, over one of OpenTelemetry's tracers. */
export class SpanTracer implements Tracer {
  readonly #tracer: OtelTracer;
  readonly #api: OpenTelemetry["api"];

  constructor(tracer: OtelTracer, api: OpenTelemetry["api"]) {
    this.#tracer = tracer;
    this.#api = api;
  }

  start({ name, kind, startMs, attributes }: NewSpan, parent?: TraceContext): Span {
    // Below what is not sampled nothing is: no id is made for it either.
    if (parent?.sampled === false) return new SilentSpan(parent);
    const { ROOT_CONTEXT, SpanKind, trace } = this.#api;
    const span = this.#tracer.startSpan(
      name,
      {
        kind: SpanKind[spanKinds[kind]],
        ...(startMs !== undefined && { startTime: startMs }),
        ...(attributes !== undefined && { attributes: attributes as Attributes }),
      },
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, this.#toSpanContext(parent)),
    );
    const context = toTraceContext(span.spanContext());
    return span.isRecording()
      ? new RecordedSpan(span, context, this.#api.SpanStatusCode.ERROR)
      : new SilentSpan(context);
  }

  #toSpanContext({ traceId, spanId, sampled, state }: TraceContext): SpanContext {
    const { TraceFlags, createTraceState } = this.#api;
    return {
      traceId,
      spanId,
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
      ...(state !== undefined && { traceState: createTraceState(state) }),
    };
  }
}

const spanKinds = {
  server: "SERVER",
  client: "CLIENT",
  producer: "PRODUCER",
  consumer: "CONSUMER",
  internal: "INTERNAL",
} as const satisfies Record<NewSpan["kind"], string>;

function toTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const state = traceState?.serialize();
  return {
    traceId,
    spanId,
    sampled: (traceFlags & 1) === 1,
    ...(state !== undefined && state !== "" && { state }),
  };
}

class RecordedSpan implements Span {
  readonly context: TraceContext;
  readonly #span: OtelSpan;
  readonly #errorCode: SpanStatusCode;

  constructor(span: OtelSpan, context: TraceContext, errorCode: SpanStatusCode) {
    this.#span = span;
    this.context = context;
    this.#errorCode = errorCode;
  }

  end({ error, attributes }: Parameters<Span["end"]>[0] = {}): void {
    if (attributes !== undefined) this.#span.setAttributes(attributes as Attributes);
    if (error !== undefined) this.#span.setStatus({ code: this.#errorCode, message: error });
    this.#span.end();
  }
}

class SilentSpan implements Span {
  readonly context: TraceContext;

  constructor(context: TraceContext) {
    this.context = context;
  }

  end(): void {}
}
