/** Code of a function, or contents of a layer, as a folder that a runtime can use. */
export interface LocatedCode {
  /** Absolute. */
  readonly dir: string;
  /** Another text once the code is another. */
  readonly revision: string;
  /** Absolute paths of the files and folders to watch. */
  readonly inputs: readonly string[];
}
