import type { InvocationResult } from "./invoker.ts";

/** Runs functions for whoever asks for one by its name, with any input. */
export interface FunctionCalls {
  /** Runs it and resolves with what became of it. Never rejects. */
  invoke(functionName: string, input: unknown, requestId?: string): Promise<InvocationResult>;

  /**
   * Has it run soon, and again when it fails, at most `retries` times. Resolves once that is accepted; rejects with
   * `TOPIC_REQUEST_INVALID` for an input that is too large, and with `TOPIC_OVERLOADED`.
   */
  send(functionName: string, input: unknown, retries?: number): Promise<void>;
}
