import { HoldfastError } from "../base/errors.ts";
import type { HttpEvent } from "../model/gateway-event.ts";
import type { Handler } from "./registered-app.ts";
import { traceCarrier, type TraceCarrier } from "./traced.ts";

/** A web-standard handler, as `fetch` handlers of other frameworks are; `params` are the path's `{name}` segments. */
export type HttpHandler = (request: Request, context: HttpContext) => Response | Promise<Response>;

export interface HttpContext extends TraceCarrier {
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly sourceIp: string;
  /** Aborts when the function's time is up. */
  readonly signal: AbortSignal;
}

/** An HTTP handler as a function: its Response becomes a proxy response. */
export function httpFunction(handler: HttpHandler): Handler {
  return async (event, invocation) => {
    if (event.kind !== "http")
      throw new HoldfastError("INTERNAL", `An HTTP handler was given a ${event.kind} event`);
    const response: unknown = await handler(toRequest(event, invocation.signal), {
      params: event.pathParameters,
      requestId: event.requestId,
      sourceIp: event.sourceIp,
      ...traceCarrier(event),
      signal: invocation.signal,
    });
    if (!isResponse(response)) {
      throw new HoldfastError(
        "HANDLER_RESULT_INVALID",
        `The handler of ${event.routeKey} did not return a Response`,
        {
          hint: "Return new Response(text) or Response.json(value).",
        },
      );
    }
    return toProxyResponse(response);
  };
}

function toRequest(event: HttpEvent, signal: AbortSignal): Request {
  const headers = new Headers(event.headers.map(([name, value]): [string, string] => [name, value]));
  const mayHaveBody = event.method !== "GET" && event.method !== "HEAD";
  return new Request(event.url, {
    method: event.method,
    headers,
    signal,
    ...(mayHaveBody && { body: event.isBase64Encoded ? Buffer.from(event.body, "base64") : event.body }),
  });
}

// A Response of another realm or polyfill counts as well: what matters is what it can do.
function isResponse(value: unknown): value is Response {
  return (
    typeof value === "object" &&
    value !== null &&
    "arrayBuffer" in value &&
    "status" in value &&
    "headers" in value
  );
}

async function toProxyResponse(response: Response): Promise<object> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString("utf8");
  const isText = Buffer.byteLength(text) === bytes.length && Buffer.from(text).equals(bytes);
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie"));
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length > 0 && { multiValueHeaders: { "set-cookie": cookies } }),
    body: isText ? text : bytes.toString("base64"),
    isBase64Encoded: !isText,
  };
}
