import type { FunctionModel } from "../../model/app-model.ts";

/** How the process of a function is started; it then speaks the Lambda Runtime API. */
export interface RuntimeCommand {
  /** The program, by an absolute path or a name on the path, and its arguments. */
  readonly command: readonly string[];
  /** What the runtime adds to, or changes in, the environment that it was shown. */
  readonly environment: Readonly<Record<string, string>>;
  /** An absolute path. */
  readonly cwd: string;
}

/**
 * Finds the program that runs a function; folders in the model are absolute. Rejects with `RUNTIME_MISSING`,
 * `RUNTIME_UNSUPPORTED` and `FUNCTION_CODE_INVALID`.
 */
export interface FindRuntime {
  (
    fn: FunctionModel,
    options: {
      /** All that the process would have without the runtime's own. */
      readonly environment: Readonly<Record<string, string>>;
    },
  ): Promise<RuntimeCommand>;
}
