import { formatMark, type OutputMark } from "../model/wire/output-mark.ts";
import { describeError, trimStack } from "./error-report.ts";
import type { ScopeStorage } from "./invocation-scope.ts";

/** What the process exits with after an error that nothing caught, as Node does. */
const fatalExitCode = 1;

/** Makes the process say why it ends, before it ends: by an error that nothing caught, or because code asked for it. */
export function reportEnd(scopes: ScopeStorage, write: (text: string) => void, flush: () => void): void {
  const report = (mark: OutputMark): void => write(formatMark(mark));
  let reported = false;
  // Unhandled rejections arrive here too, unless the app has a listener of its own for them.
  process.on("uncaughtException", (error: unknown) => {
    if (!reported) report(["fatal", describeError(error), scopes.getStore()?.functionName ?? null]);
    reported = true;
    process.exit(fatalExitCode);
  });
  process.on("exit", (code) => {
    // Listeners run inside `process.exit`, so that the stack shows who called it.
    if (!reported) report(["exit", code, trimStack(String(new Error("exit").stack)).replace(/^.*\n?/, "")]);
    flush();
  });
}
