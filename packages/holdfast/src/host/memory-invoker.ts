import { systemClock, type Clock } from "../base/clock.ts";
import { HoldfastError, toErrorRecord } from "../base/errors.ts";
import { defaultFunctionTimeoutMs } from "../model/defaults.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { InvocationResult, Invoker } from "../ports/invoker.ts";

export type MemoryFunction = (event: InvocationEvent) => unknown;

/** Runs functions in this very process: the reference of the port, for tests. */
export class MemoryInvoker implements Invoker {
  readonly #functions: ReadonlyMap<string, MemoryFunction>;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor(
    functions: Readonly<Record<string, MemoryFunction>>,
    options: { readonly timeoutMs?: number; readonly clock?: Clock } = {},
  ) {
    this.#functions = new Map(Object.entries(functions));
    this.#timeoutMs = options.timeoutMs ?? defaultFunctionTimeoutMs;
    this.#clock = options.clock ?? systemClock;
  }

  async invoke(functionName: string, event: InvocationEvent): Promise<InvocationResult> {
    const run = this.#functions.get(functionName);
    if (run === undefined) {
      const error = new HoldfastError("HANDLER_MISSING", `There is no function "${functionName}"`);
      return { outcome: "missing", error: toErrorRecord(error) };
    }
    try {
      const returned = run(event);
      // What is there already needs no timer.
      return returned instanceof Promise ? await this.#inTime(functionName, returned) : toReturned(returned);
    } catch (thrown) {
      return { outcome: "failed", error: toErrorRecord(thrown) };
    }
  }

  /** Nothing is remembered here. */
  forget(): void {}

  async #inTime(functionName: string, returned: Promise<unknown>): Promise<InvocationResult> {
    const { promise: expired, resolve } = Promise.withResolvers<InvocationResult>();
    const timer = this.#clock.after(this.#timeoutMs, () => {
      const message = `Function "${functionName}" took longer than ${this.#timeoutMs} ms`;
      resolve({
        outcome: "timed-out",
        error: toErrorRecord(new HoldfastError("HANDLER_TIMEOUT", message)),
      });
    });
    try {
      return await Promise.race([returned.then(toReturned), expired]);
    } finally {
      timer.cancel();
    }
  }
}

/** Throws for what JSON cannot hold. */
function toReturned(value: unknown): InvocationResult {
  if (value === undefined || value === null) return { outcome: "returned", payload: null };
  const json: string | undefined = JSON.stringify(value);
  return { outcome: "returned", payload: json === undefined ? null : JSON.parse(json) };
}
