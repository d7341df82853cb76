/** Where something stands in a trace: W3C's trace context (its recommendation of 2021). */
export interface TraceContext {
  /** 32 hex digits. The first 8 are seconds since 1970 in traces that begin here, so that X-Ray's form holds the same id. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** What tracers of other makers pass on: W3C's `tracestate`, as it came. */
  readonly state?: string;
}

/** How a header's value is looked up, by its name in lower case. */
export type FindHeader = (name: string) => string | undefined;

/** What lines of the log say of a trace. */
export function traceFields(trace: TraceContext | undefined): {
  readonly traceId?: string;
  readonly spanId?: string;
} {
  return trace === undefined ? {} : { traceId: trace.traceId, spanId: trace.spanId };
}

/** W3C's header, of version 00. */
export function toTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** Undefined for what is none; then a trace begins anew (W3C). */
export function readTraceparent(traceparent: string, tracestate?: string): TraceContext | undefined {
  const { version, traceId, spanId, flags, rest } = w3cPattern.exec(traceparent.trim())?.groups ?? {};
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined)
    return undefined;
  // What versions to come say behind the flags may be left aside; of version 00 there is nothing (W3C).
  if (version === "ff" || (version === "00" && rest !== "")) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return {
    traceId,
    spanId,
    sampled: (Number.parseInt(flags, 16) & 1) === 1,
    ...(tracestate !== undefined && isState(tracestate) && { state: tracestate }),
  };
}

/** X-Ray's name for a trace, which handlers find in `X-Amzn-Trace-Id`. */
export function toXRayRoot(traceId: string): string {
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

/** X-Ray's header, as Lambda gives it to functions in `_X_AMZN_TRACE_ID` and AWS's SDKs send it on. */
export function toXRayHeader({ traceId, spanId, sampled }: TraceContext): string {
  return `${toXRayRoot(traceId)};Parent=${spanId};Sampled=${sampled ? "1" : "0"}`;
}

/** Undefined for what names no parent, such as a load balancer's. */
export function readXRayHeader(text: string): TraceContext | undefined {
  const parts = new Map(
    text.split(";").map((part) => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name.trim(), value.trim()];
    }),
  );
  const { seconds, random } = rootPattern.exec(parts.get("Root") ?? "")?.groups ?? {};
  const spanId = parts.get("Parent") ?? "";
  if (seconds === undefined || random === undefined || !spanPattern.test(spanId)) return undefined;
  const traceId = `${seconds}${random}`;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, sampled: parts.get("Sampled") === "1" };
}

/** W3C's headers. */
export function findTraceparent(header: FindHeader): TraceContext | undefined {
  const traceparent = header("traceparent");
  return traceparent === undefined ? undefined : readTraceparent(traceparent, header("tracestate"));
}

/** W3C's headers or, without them, X-Ray's, which AWS's SDKs send from within a function. */
export function findTraceContext(header: FindHeader): TraceContext | undefined {
  const found = findTraceparent(header);
  if (found !== undefined) return found;
  const xRay = header("x-amzn-trace-id");
  return xRay === undefined ? undefined : readXRayHeader(xRay);
}

const w3cPattern =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>$|-.*)/;
const rootPattern = /^1-(?<seconds>[0-9a-f]{8})-(?<random>[0-9a-f]{24})$/;
const spanPattern = /^[0-9a-f]{16}$/;

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}

/** What W3C says of its length at least must be passed on; more is not. */
const maximumStateUnits = 512;

function isState(text: string): boolean {
  return text.length > 0 && text.length <= maximumStateUnits && /^[\t\x20-\x7e]+$/.test(text);
}
