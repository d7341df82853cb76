import type { AppModel } from "../model/app-model.ts";
import type { Diagnostic } from "../model/diagnostic.ts";

/** Turns an app's files into a model. Front ends return every problem with its place; they throw only for their own faults. */
export interface Frontend {
  readonly name: string;
  /** May be called again after a change; keeps what makes the next reading fast. */
  read(): Promise<Reading>;
  close(): Promise<void>;
}

export interface Reading {
  /** Absent when there are errors. */
  readonly model?: AppModel;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files that were read: a change to one calls for another reading. */
  readonly inputs: readonly string[];
  /** The code behind functions whose code is an `export`. */
  readonly bundle?: Bundle;
}

/** One file that holds a code-first app and everything it imports. */
export interface Bundle {
  /** Absolute path of the module. */
  readonly file: string;
  /** Absolute path of the app's folder: the working directory of its functions. */
  readonly appDir: string;
  readonly revision: number;
}
