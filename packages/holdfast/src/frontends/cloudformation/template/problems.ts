import type { Diagnostic } from "../../../model/diagnostic.ts";
import type { Problems, SourceMap, TemplateErrorCode, TemplatePath } from "./template.ts";

export interface CollectedProblems extends Problems {
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where the errors so far are. */
  errorPaths(): readonly TemplatePath[];
}

/** Collects problems, each once. */
export function createProblems(source: SourceMap): CollectedProblems {
  const errorPaths: TemplatePath[] = [];
  const found = new Map<string, Diagnostic>();
  const add =
    (severity: Diagnostic["severity"]) =>
    (path: TemplatePath, code: TemplateErrorCode, message: string, hint?: string): void => {
      if (severity === "error") errorPaths.push(path);
      const place = source.placeOf(path);
      const key = JSON.stringify([severity, code, message, place.line, place.column]);
      if (found.has(key)) return;
      found.set(key, { severity, code, message, ...(hint !== undefined && { hint }), place });
    };
  return {
    error: add("error"),
    warn: add("warning"),
    errorPaths: () => [...errorPaths],
    get diagnostics() {
      return sortByPlace([...found.values()]);
    },
  };
}

export function sortByPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}
