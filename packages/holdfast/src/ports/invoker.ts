import type { ErrorRecord } from "../base/errors.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";

/** Runs a function with an event. */
export interface Invoker {
  /**
   * Resolves with what became of it and never rejects: a function's fault is a result, not an exception.
   * Whatever the function does, the caller hears within its `timeoutMs`, which begins when it runs where one process
   * runs one invocation at a time.
   */
  invoke(functionName: string, event: InvocationEvent): Promise<InvocationResult>;

  /** The connection has ended and no event of it will come any more: what is remembered of it can go. */
  forget(connectionId: string): void;
}

export type InvocationResult =
  | {
      readonly outcome: "returned";
      /** What the function returned, after a trip through JSON. */ readonly payload: unknown;
    }
  | {
      readonly outcome: "failed";
      /** It threw, crashed, or gave nothing that JSON holds. */ readonly error: ErrorRecord;
    }
  | { readonly outcome: "timed-out"; readonly error: ErrorRecord }
  | {
      readonly outcome: "missing";
      /** There is no such function, or it may not be invoked for this. */ readonly error: ErrorRecord;
    };
