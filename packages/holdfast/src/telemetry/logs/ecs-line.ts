import { HoldfastError } from "../../base/errors.ts";
import { isRecord } from "../../base/is-record.ts";
import { toLoggedError } from "../../base/log-line.ts";
import type { LogEntry, LogFields } from "../../base/log.ts";
import { componentOf } from "./components.ts";
import { ecsOfHttp, readAccessLine } from "./ecs-access.ts";
import type { LogFormat } from "./server-log.ts";

/** The version of Elastic's common schema that lines follow. */
const ecsVersion = "8.11.0";

export interface EcsService {
  /** The app's name, as it is when a line is written. */
  readonly name: () => string;
  readonly version?: string;
  readonly stage?: string;
}

type EcsLine = Readonly<Record<string, unknown>>;

/** Lines of JSON with the fields of Elastic's common schema, each name in one piece: `"log.level"`, not nested. */
export function ecsFormat(service: EcsService): LogFormat {
  return (entry, atMs) => toText(toEcs(entry, atMs, service));
}

/** An entry by the common schema; what that has no field for is below `holdfast.`. */
function toEcs({ level, event, fields }: LogEntry, atMs: number, service: EcsService): EcsLine {
  const component = componentOf(event);
  const { message = event, error, ...rest } = fields;
  const access = event === "access" ? readAccess(message, rest) : undefined;
  return {
    "@timestamp": new Date(atMs).toISOString(),
    "log.level": level,
    message: access?.message ?? message,
    "ecs.version": ecsVersion,
    "event.action": event,
    "event.dataset": `holdfast.${component}`,
    "log.logger": component,
    // The app's name is known once it has been read.
    "service.name": service.name() || "holdfast",
    ...(service.version !== undefined && { "service.version": service.version }),
    ...(service.stage !== undefined && { "holdfast.stage": service.stage }),
    ...ownFields(access === undefined ? rest : access.rest),
    ...access?.fields,
    ...(error !== undefined && errorFields(error)),
  };
}

interface ReadAccess {
  readonly message: string;
  readonly fields: EcsLine;
  readonly rest: LogFields;
}

/** Of an API, text by its format; of an HTTP request, fields. */
function readAccess(message: string, fields: LogFields): ReadAccess | undefined {
  if (fields.api !== undefined) {
    const read = readAccessLine(message);
    return read && { ...read, rest: fields };
  }
  return { message, fields: ecsOfHttp(fields), rest: {} };
}

/** Names of the common schema for what our lines often carry. */
const named: Readonly<Record<string, string>> = {
  traceId: "trace.id",
  spanId: "span.id",
  code: "error.code",
  function: "faas.name",
  status: "http.response.status_code",
  sourceIp: "client.ip",
  ip: "client.ip",
};

function ownFields(fields: LogFields): EcsLine {
  const line: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    line[Object.hasOwn(named, name) ? (named[name] ?? name) : `holdfast.${snakeCase(name)}`] = plain(value);
  }
  // The request of a function's line is the invocation.
  if (typeof fields.function === "string" && typeof fields.requestId === "string")
    line["faas.execution"] = fields.requestId;
  return line;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An index takes one kind of value for a field: what is a list or an object in one line is text in all. */
function plain(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return toText(value);
}

function errorFields(thrown: unknown): EcsLine {
  const error = toLoggedError(thrown);
  const code = error instanceof HoldfastError ? error.code : (error as { readonly code?: unknown }).code;
  return {
    "error.type": nameOf(thrown) ?? error.name,
    "error.message": error.message,
    ...(error.stack !== undefined && { "error.stack_trace": error.stack }),
    ...(typeof code === "string" && { "error.code": code }),
    ...(error instanceof HoldfastError && { "holdfast.hint": error.hint }),
  };
}

/** Of a record from another process: what a handler threw is an Error there, whatever code it has got since. */
function nameOf(thrown: unknown): string | undefined {
  return isRecord(thrown) && typeof thrown.name === "string" ? thrown.name : undefined;
}

/** A log must not fail for what somebody logged: a cycle, or a BigInt. */
function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return JSON.stringify(String(value));
  }
}
