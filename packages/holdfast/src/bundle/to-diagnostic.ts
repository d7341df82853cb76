import path from "node:path";
import type { Message } from "esbuild";
import type { Diagnostic } from "../model/diagnostic.ts";

/** A bundler's message in our terms. */
export function toDiagnostic(message: Message, severity: Diagnostic["severity"], appDir: string): Diagnostic {
  const { location } = message;
  const hint = message.notes
    .map((note) => note.text)
    .filter((text) => text !== "")
    .join(" ");
  return {
    severity,
    code: "APP_BUILD_FAILED",
    message: message.text,
    ...(hint !== "" && { hint }),
    ...(location !== null && {
      place: {
        file: path.resolve(appDir, location.file),
        line: location.line,
        column: location.column + 1,
        excerpt: location.lineText,
      },
    }),
  };
}
