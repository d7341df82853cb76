import type { IncomingMessage } from "node:http";
import { findTraceContext } from "../../model/trace-context.ts";
import type { Span, Tracer } from "../../ports/tracer.ts";
import { decodeUri } from "../sigv4/uri-encoding.ts";

/** Below the invocation that the call comes from, as AWS's SDKs tell it; undefined where the caller is in no trace. */
export function startManagementSpan(
  tracer: Tracer,
  { headers, method = "" }: IncomingMessage,
  { stage, rest }: { readonly stage: string; readonly rest: string },
): Span | undefined {
  const parent = findTraceContext((name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  });
  if (parent?.sampled !== true) return undefined;
  return tracer.start(
    {
      name: `${methods.has(method) ? method : "HTTP"} @connections`,
      kind: "server",
      attributes: {
        "http.request.method": method,
        "http.route": "/@connections/{connectionId}",
        "holdfast.stage": stage,
        "holdfast.connection_id": (decodeUri(rest) ?? rest).slice(0, 200),
      },
    },
    parent,
  );
}

const methods: ReadonlySet<string> = new Set(["POST", "GET", "DELETE"]);
