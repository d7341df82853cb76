import type { AppModel } from "../model/app-model.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Finding } from "../model/finding.ts";
import type { Bundle } from "./bundle.ts";
import type { Evaluator } from "./evaluator.ts";

/** Makes a front end for one app. */
export type OpenFrontend = (surroundings: FrontendSurroundings) => Frontend;

/** What a front end is given by whoever wants the model. */
export interface FrontendSurroundings {
  /** Runs user code, elsewhere. */
  readonly evaluator: Evaluator;
  /** Where built code goes; below the app's folder. */
  readonly buildDir: string;
  /** What is wrong with a model for the target that will run it; the front end adds the places. */
  readonly check: (model: AppModel) => readonly Finding[];
  /** Where on AWS the app believes to be. */
  readonly place: AwsPlace;
}

export interface AwsPlace {
  readonly region: string;
  readonly accountId: string;
  /** The app's stage, where its files do not say one. */
  readonly stage: string;
}

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
  /** The model with paths as the app has them, where `model` says where they are just now. For people. */
  readonly shown?: AppModel;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Absolute paths of the files that were read, and of folders that were: a change to one, or to what is directly in
   * such a folder, calls for another reading.
   */
  readonly inputs: readonly string[];
  /** The code behind functions whose code is an `export`. */
  readonly bundle?: Bundle;
  /** By function whose code is a `handler`: a text that is another one once its code is. */
  readonly codeRevisions?: Readonly<Record<string, string>>;
}
