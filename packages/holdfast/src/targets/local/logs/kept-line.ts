import { createHash } from "node:crypto";
import type { LogLine } from "../../../base/log-line.ts";
import type { FunctionModel } from "../../../model/app-model.ts";
import type { NewLogEvent } from "../../../ports/log-groups.ts";

/** What the groups of the kept log are of. */
export interface LogSources {
  readonly functions: readonly FunctionModel[];
  readonly apis: readonly LoggedApi[];
}

/** A WebSocket API with its stage. */
export interface LoggedApi {
  readonly name: string;
  readonly apiId: string;
  readonly stage: string;
}

/** A line of the kept log as an event of its group. */
export interface KeptLogEvent extends NewLogEvent {
  readonly group: string;
  readonly stream: string;
}

export function functionGroup(name: string): string {
  return `/aws/lambda/${name}`;
}

/** The model does not keep the group that a stage's access log goes to on AWS. */
export function accessLogGroup({ apiId, stage }: LoggedApi): string {
  return `/aws/apigateway/${apiId}/${stage}`;
}

/** Undefined for lines that are of no function and no access log: Holdfast's own. */
export function toLogEvent(line: LogLine, sources: LogSources): KeptLogEvent | undefined {
  const { event, time, message = "" } = line;
  const atMs = Date.parse(time);
  if (Number.isNaN(atMs)) return undefined;
  if (event === "access") {
    const api = sources.apis.find(({ name }) => name === line.api);
    if (api === undefined) return undefined;
    const group = accessLogGroup(api);
    return { group, stream: digestOf(group), atMs, message };
  }
  if (typeof line.function !== "string" || !isOfFunction(line, line.function, sources)) return undefined;
  return {
    group: functionGroup(line.function),
    // On AWS there is one for each of a function's processes; the kept log does not tell them apart.
    stream: `${time.slice(0, 10).replaceAll("-", "/")}/[$LATEST]${digestOf(line.function)}`,
    atMs,
    message: isPrinted.has(event) ? message : asConsoleLine(line),
  };
}

/** What a process printed, and what Lambda prints about it: as it is. */
const isPrinted: ReadonlySet<string> = new Set(["function-output", "function-report"]);

function isOfFunction({ event }: LogLine, name: string, { functions }: LogSources): boolean {
  if (event.startsWith("function-")) return true;
  // Lambda's runtimes print the errors of their handlers by themselves.
  const isLambda = functions.some((one) => one.name === name && one.code.kind === "handler");
  return event.startsWith("gateway.function-") && !isLambda;
}

/** As Lambda's runtime for Node.js writes what goes to the console (its published source). */
function asConsoleLine({ time, requestId, level, message = "", error }: LogLine): string {
  const request = typeof requestId === "string" ? requestId : "undefined";
  const text = error?.stack === undefined ? message : `${message}\n${error.stack}`;
  return `${time}\t${request}\t${level.toUpperCase()}\t${text}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
