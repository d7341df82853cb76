import type { ErrorRecord } from "../../../base/errors.ts";
import type { RunningNote } from "../state-folder.ts";

/** What a running app tells commands about itself. */
export interface AppFacts extends RunningNote {
  readonly name: string;
  /** The folder that its state lies in, such as `<app>/.holdfast`. */
  readonly stateDir: string;
  readonly appDir: string;
  readonly topics: readonly string[];
}

/** What a command asks of one of the app's resources. */
export interface ControlCall {
  readonly resource: string;
  readonly operation: string;
  readonly argument: unknown;
}

export type ControlAnswer = { readonly result: unknown } | { readonly error: ErrorRecord };

/** Paths carry a version: a command may be newer than the app that runs, or older. */
export const controlPaths = { facts: "/v1/facts", call: "/v1/call", operations: "/v1/operations/" } as const;

/** What a command asks of the app itself, by the operation's name. Arguments and results are JSON. */
export type ControlOperations = Readonly<Record<string, (argument: unknown) => unknown>>;
