import type { LogFields } from "../../base/log.ts";

/** Longer lines are no records of one exchange. */
const maximumUnits = 16 * 1024;

type EcsFields = Readonly<Record<string, string | number | boolean>>;

/** An access line in ECS, as far as that can be told. */
export interface EcsAccess {
  readonly message: string;
  readonly fields: EcsFields;
}

/**
 * Reads what an access log's format wrote when that is a JSON object of plain values, such as
 * `{"status":"200","ip":"127.0.0.1"}`; undefined for any other text. `-` is what is not set.
 */
export function readAccessLine(message: string): EcsAccess | undefined {
  const values = parse(message);
  if (values === undefined) return undefined;
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === "-" || value === null) continue;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      return undefined;
    Object.assign(fields, toFields(name, value));
  }
  return { message: describe(values) ?? message, fields };
}

/** What an HTTP request's line says, in ECS. */
export function ecsOfHttp({ method, path, status, bytes, durationMs, ip }: LogFields): EcsFields {
  const given = {
    "http.request.method": method,
    "url.path": path,
    "http.response.status_code": status,
    "http.response.bytes": bytes,
    "event.duration": typeof durationMs === "number" ? Math.round(durationMs * nanosPerMs) : undefined,
    "client.ip": ip,
  };
  return Object.fromEntries(
    Object.entries(given).filter(
      (pair): pair is [string, string | number] => typeof pair[1] === "string" || typeof pair[1] === "number",
    ),
  );
}

const nanosPerMs = 1_000_000;

/** Names that the default format uses, and that people give. */
const known: Readonly<Record<string, string>> = {
  requestId: "holdfast.request_id",
  connectionId: "holdfast.connection_id",
  routeKey: "holdfast.route_key",
  eventType: "holdfast.event_type",
  stage: "holdfast.stage",
  ip: "client.ip",
  sourceIp: "client.ip",
  userAgent: "user_agent.original",
  status: "http.response.status_code",
  latency: "event.duration",
  integrationLatency: "event.duration",
};

function toFields(name: string, value: string | number | boolean): EcsFields {
  const field = Object.hasOwn(known, name) ? known[name] : undefined;
  if (field === undefined) return { [`holdfast.access.${name.replaceAll(/[^\w]+/g, "_")}`]: value };
  if (field !== "http.response.status_code" && field !== "event.duration") return { [field]: String(value) };
  const number = Number(value);
  if (!Number.isFinite(number)) return {};
  return { [field]: field === "event.duration" ? Math.round(number * nanosPerMs) : number };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{") || text.length > maximumUnits) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** What a person reads; undefined when too little is there to say. */
function describe({ eventType, routeKey, status }: Readonly<Record<string, unknown>>): string | undefined {
  const words = [eventType, routeKey, status].filter(
    (one) => (typeof one === "string" || typeof one === "number") && one !== "-",
  );
  return words.length < 2 ? undefined : words.join(" ");
}
