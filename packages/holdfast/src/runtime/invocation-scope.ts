import type { AsyncLocalStorage } from "node:async_hooks";
import { HoldfastError } from "../base/errors.ts";
import type { Invocation } from "./registered-app.ts";

/** Leads from anywhere in a handler's asynchronous context to its invocation. */
export type ScopeStorage = AsyncLocalStorage<InvocationScope>;

/** One invocation, from the event's arrival to the answer. */
export class InvocationScope implements Invocation {
  readonly id: number;
  readonly functionName: string;
  readonly requestId: string;
  /** W3C's, of an invocation that is traced. */
  readonly traceparent: string | undefined;
  readonly #endsAtMs: number;
  #over = false;
  #aborted = false;
  #controller: AbortController | undefined;

  constructor(
    id: number,
    functionName: string,
    requestId: string,
    remainingMs: number,
    traceparent?: string,
  ) {
    this.traceparent = traceparent;
    this.id = id;
    this.functionName = functionName;
    this.requestId = requestId;
    this.#endsAtMs = performance.now() + remainingMs;
  }

  /** Made when first asked for: few handlers do, and making one costs as much as the rest of an invocation. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#timeoutError());
    }
    return this.#controller.signal;
  }

  remainingMs(): number {
    return Math.max(0, Math.round(this.#endsAtMs - performance.now()));
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(this.#timeoutError());
  }

  /** The answer is given: what the handler left running may ask for nothing more. */
  end(): void {
    this.#over = true;
  }

  get over(): boolean {
    return this.#over;
  }

  #timeoutError(): HoldfastError {
    return new HoldfastError("HANDLER_TIMEOUT", `The time of function "${this.functionName}" is up`);
  }
}
