import { HoldfastError } from "../base/errors.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** An app that cannot run as it is, with everything that was found. */
export class InvalidAppError extends HoldfastError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    super(errors[0]?.code ?? "APP_INVALID", errors.map((error) => error.message).join("\n"));
    this.diagnostics = diagnostics;
  }
}
