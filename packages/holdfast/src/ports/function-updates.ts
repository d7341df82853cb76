/** Changes of functions that come from outside the app's files, as Lambda's API makes them. */
export interface FunctionUpdates {
  /**
   * From when it resolves, the function's next invocation runs this code, and goes on to over reloads and restarts until
   * the function's code in the app's files is another. The old code serves on when it rejects: with
   * `HANDLER_MISSING` where there is no such function, with `FUNCTION_CODE_INVALID` for what is no archive, and for a
   * function whose code is the app's own module.
   */
  replaceCode(functionName: string, zip: Uint8Array): Promise<CodeFacts>;

  /** From when it resolves, invocations run so, until the app's files are read again. Rejects as `replaceCode` does. */
  configure(functionName: string, change: ConfigurationChange): Promise<void>;

  /** Of the code that was put in place of the app's own; undefined where that runs. */
  codeFacts(functionName: string): CodeFacts | undefined;
}

export interface CodeFacts {
  /** Of the archive, in base64. */
  readonly codeSha256: string;
  /** Of the archive, in bytes. */
  readonly codeSize: number;
  readonly lastModifiedMs: number;
}

export interface ConfigurationChange {
  /** All variables: those that are not here go. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}
