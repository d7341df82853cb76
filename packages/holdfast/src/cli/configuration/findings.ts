import type { ErrorCode } from "../../base/error-codes.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { escapeControls } from "../output/escape-controls.ts";
import type { Where } from "./given.ts";

/**
 * Collects all that is wrong with a configuration, with its places. Never the lines that stand there: a line may hold a
 * secret beside what is wrong with it.
 */
export class Findings {
  readonly #diagnostics: Diagnostic[] = [];

  error(where: Pick<Where, "place">, message: string, hint?: string): void {
    this.#add("error", "CONFIGURATION_INVALID", where, message, hint);
  }

  /** For what is not read, but looks as if it was meant to be. */
  ignored(where: Pick<Where, "place">, message: string, hint?: string): void {
    this.#add("warning", "CONFIGURATION_IGNORED", where, message, hint);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  #add(
    severity: Diagnostic["severity"],
    code: ErrorCode,
    { place }: Pick<Where, "place">,
    message: string,
    hint: string | undefined,
  ): void {
    this.#diagnostics.push({
      severity,
      code,
      message: escapeControls(message),
      ...(hint !== undefined && { hint: escapeControls(hint) }),
      ...(place !== undefined && { place }),
    });
  }
}
