import type { TraceContext } from "../model/trace-context.ts";

/** Makes spans. Nothing here waits or throws; spans that are not sampled cost next to nothing. */
export interface Tracer {
  /** Begins a span below `parent`, or a trace where there is none. */
  start(span: NewSpan, parent?: TraceContext): Span;
}

export interface NewSpan {
  /** Low in variety: `message sendmessage`, never with ids. */
  readonly name: string;
  readonly kind: "server" | "client" | "producer" | "consumer" | "internal";
  /** Milliseconds since 1970; absent: now. */
  readonly startMs?: number;
  /** By OpenTelemetry's names where it has some. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

export interface Span {
  readonly context: TraceContext;
  /** Once. `error`: what went wrong, in a few words. */
  end(outcome?: { readonly error?: string; readonly attributes?: NewSpan["attributes"] }): void;
}
