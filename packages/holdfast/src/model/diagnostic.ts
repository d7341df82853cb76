import type { ErrorCode } from "../base/error-codes.ts";

/** A finding about the user's files. Front ends and validation return all of them; they never throw at the first. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly place?: Place;
}

export interface Place {
  /** Absolute; shown relative to the current folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column?: number;
  /** The source line itself. */
  readonly excerpt?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
