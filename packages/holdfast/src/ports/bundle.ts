/** One file that holds a code-first app and everything it imports. */
export interface Bundle {
  /** Absolute path of the module. */
  readonly file: string;
  /** Absolute path of the app's folder: the working directory of its functions. */
  readonly appDir: string;
  readonly revision: number;
}
