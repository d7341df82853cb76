import type { FunctionModel } from "../model/app-model.ts";
import type { Bundle } from "./bundle.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { InvocationResult, Invoker } from "./invoker.ts";

/** Keeps functions ready to run. */
export interface FunctionHost extends Invoker {
  /**
   * From the moment it resolves, invocations run this code; those under way finish on the old code, whose processes
   * then end. Rejects, and leaves the old code serving, when the new code cannot be loaded.
   */
  deploy(deployment: FunctionDeployment): Promise<void>;

  /**
   * Runs a function until it is told to stop, whatever its `timeoutMs`. It goes on when newer code is deployed, on the
   * code it began with.
   */
  run(functionName: string, event: InvocationEvent): LongRun;

  /** What there is at this moment. */
  load(): HostLoad;

  /** Waits for invocations under way, up to `graceMs`, then ends every process. */
  close(graceMs?: number): Promise<void>;
}

export interface HostLoad {
  /** Invocations that were begun, long runs included. */
  readonly running: number;
  /** Invocations that wait for a process. */
  readonly waiting: number;
}

export interface LongRun {
  /** Resolves with what became of it and never rejects. */
  readonly ended: Promise<InvocationResult>;
  /** Aborts its signal; if it has not ended `graceMs` later, it counts as timed out. */
  stop(graceMs: number): void;
}

export interface FunctionDeployment {
  /** Folders of handlers and layers are absolute here. */
  readonly functions: readonly FunctionModel[];
  /** The code of functions whose code is an `export`. */
  readonly bundle?: Bundle;
  /**
   * By function whose code is a `handler`. Processes of a function stay, warm as they are, when neither this nor
   * anything of its model has changed.
   */
  readonly codeRevisions?: Readonly<Record<string, string>>;
  /** Set for every function, under its own environment. */
  readonly environment: Readonly<Record<string, string>>;
}
