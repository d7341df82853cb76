import type { ErrorRecord } from "../../base/errors.ts";
import { isRecord } from "../../base/is-record.ts";

/**
 * An error as a runtime reports it: `errorType`, `errorMessage`, and `stackTrace`, which Node's runtime calls `trace`.
 * A body that holds none of them is the message.
 */
export function readReportedError(body: Buffer, errorType: string | undefined): ErrorRecord {
  const text = body.toString();
  const reported = parseRecord(text);
  const name = textOf(reported?.errorType) ?? errorType ?? "Error";
  const message = reported === undefined ? text : (textOf(reported.errorMessage) ?? "");
  const stack = stackOf(reported?.stackTrace ?? reported?.trace);
  return { code: "HANDLER_THREW", name, message, ...(stack !== undefined && { stack }) };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Python's lines end with a line break of their own. */
function stackOf(trace: unknown): string | undefined {
  if (typeof trace === "string") return trace;
  if (!Array.isArray(trace) || trace.length === 0) return undefined;
  return trace.map((line) => String(line).replace(/\n$/, "")).join("\n");
}
