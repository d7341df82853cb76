import { isRecord } from "../base/is-record.ts";
import type { HttpRouteOnAws } from "../model/app-model.ts";
import { readProxyResponse, type HeaderPair, type ProxyResponse } from "../model/gateway-event.ts";

/** What a client hears when there is no answer. */
interface HttpRefusals {
  /** The function failed, or gave nothing that can be sent. */
  readonly fault: { readonly status: number; readonly message: string };
  readonly timeout: { readonly status: number; readonly message: string };
}

const restRefusals: HttpRefusals = {
  fault: { status: 502, message: "Internal server error" },
  timeout: { status: 504, message: "Endpoint request timed out" },
};
const httpApiRefusals: HttpRefusals = {
  fault: { status: 500, message: "Internal Server Error" },
  timeout: { status: 503, message: "Service Unavailable" },
};

/** REST APIs and HTTP APIs say it differently (API Gateway, documented); Holdfast's own routes do as REST APIs. */
export function refusalsOf(aws: HttpRouteOnAws | undefined): HttpRefusals {
  return aws?.payload === "2.0" ? httpApiRefusals : restRefusals;
}

/** What a function answered behind an HTTP route; undefined when that cannot be sent. */
export function readHttpAnswer(payload: unknown, aws: HttpRouteOnAws | undefined): ProxyResponse | undefined {
  if (aws === undefined) return readProxyResponse(payload);
  return aws.payload === "1.0" ? readVersion1(payload) : readVersion2(payload);
}

/** Without a type it is JSON (REST APIs, documented). */
function readVersion1(payload: unknown): ProxyResponse | undefined {
  const response = readProxyResponse(isRecord(payload) ? withoutRepeated(payload) : payload);
  return response && { ...response, headers: withType(response.headers, "application/json") };
}

/** A value that is in `headers` and in `multiValueHeaders` is sent once (REST APIs, documented). */
function withoutRepeated(payload: Record<string, unknown>): Record<string, unknown> {
  const { headers, multiValueHeaders } = payload;
  if (!isRecord(headers) || !isRecord(multiValueHeaders)) return payload;
  const repeated = new Set(
    Object.entries(multiValueHeaders).flatMap(([name, values]) =>
      Array.isArray(values) ? values.map((value) => pairKey(name, value)) : [],
    ),
  );
  const kept = Object.entries(headers).filter(([name, value]) => !repeated.has(pairKey(name, value)));
  return { ...payload, headers: Object.fromEntries(kept) };
}

function pairKey(name: string, value: unknown): string {
  return JSON.stringify([name.toLowerCase(), String(value)]);
}

/** What has no status code is itself the body, with status 200 (HTTP APIs, documented). */
function readVersion2(payload: unknown): ProxyResponse | undefined {
  if (!isRecord(payload) || payload.statusCode === undefined)
    return {
      statusCode: 200,
      headers: [["content-type", "application/json"]],
      body: typeof payload === "string" ? payload : JSON.stringify(payload ?? null),
      isBase64Encoded: false,
    };
  const response = readProxyResponse(payload);
  const cookies = Array.isArray(payload.cookies) ? payload.cookies : [];
  return (
    response && {
      ...response,
      headers: [...response.headers, ...cookies.map((one): HeaderPair => ["set-cookie", String(one)])],
    }
  );
}

function withType(headers: readonly HeaderPair[], type: string): readonly HeaderPair[] {
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return hasType ? headers : [...headers, ["content-type", type]];
}
