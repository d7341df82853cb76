import type { Log } from "../../base/log.ts";
import { traceFields, type TraceContext } from "../../model/trace-context.ts";

/** Of one invocation, for the lines that Lambda writes about each. Times are milliseconds. */
export interface ReportedInvocation {
  readonly functionName: string;
  /** What log entries name it by: the gateway's id, where a gateway asked. */
  readonly requestId: string;
  /** Lambda's own, a UUID. */
  readonly lambdaId: string;
  /** Undefined where nothing is traced. */
  readonly trace: TraceContext | undefined;
}

export interface InvocationFigures {
  readonly durationMs: number;
  /** Of the first in a process. */
  readonly initMs?: number;
  readonly memoryMb: number;
  /** The most of it that the process was seen to use; unknown on some systems. */
  readonly usedMb?: number;
  readonly status?: "timeout" | "error";
}

export function logStart(log: Log, invocation: ReportedInvocation): void {
  write(log, "info", invocation, `START RequestId: ${invocation.lambdaId} Version: $LATEST`);
}

export function logEnd(log: Log, invocation: ReportedInvocation, figures: InvocationFigures): void {
  write(log, "info", invocation, `END RequestId: ${invocation.lambdaId}`);
  write(log, "info", invocation, reportLine(invocation.lambdaId, figures));
}

export function logTimeout(
  log: Log,
  invocation: ReportedInvocation,
  { timeoutMs, nowMs }: { readonly timeoutMs: number; readonly nowMs: number },
): void {
  const line = `${new Date(nowMs).toISOString()} ${invocation.lambdaId} Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
  write(log, "warn", invocation, line);
}

function reportLine(lambdaId: string, figures: InvocationFigures): string {
  const { durationMs, initMs, memoryMb, usedMb, status } = figures;
  return [
    `REPORT RequestId: ${lambdaId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    // Lambda bills the initialisation too, since 2025 (documented).
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    ...(usedMb === undefined ? [] : [`Max Memory Used: ${Math.ceil(usedMb)} MB`]),
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
  ].join("\t");
}

function write(
  log: Log,
  level: "debug" | "info" | "warn",
  { functionName, requestId, trace }: ReportedInvocation,
  message: string,
): void {
  log(level, "function-report", { message, function: functionName, requestId, ...traceFields(trace) });
}
