import type { Bundle } from "./bundle.ts";

/**
 * Loads a bundle where user code may run, which is never the command's own process, and says what it declares.
 * The process that evaluated a bundle may go on to serve it.
 */
export interface Evaluator {
  /** Rejects with `APP_EVALUATION_FAILED`, `APP_EVALUATION_TIMEOUT`, `APP_NO_DEFAULT_EXPORT`. */
  evaluate(bundle: Bundle): Promise<unknown>;
}
