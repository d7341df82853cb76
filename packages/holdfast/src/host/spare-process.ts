import type { Log } from "../base/log.ts";
import type { FunctionChild } from "./function-child.ts";

/** A process that has started and waits for a bundle, so that nobody waits for a process to start. */
export class SpareProcess {
  readonly #create: () => FunctionChild;
  readonly #log: Log;
  #child: FunctionChild | undefined;

  constructor(create: () => FunctionChild, log: Log) {
    this.#create = create;
    this.#log = log;
  }

  /** The spare, or, when there is none, a process that is still starting. It belongs to the caller. */
  take(): FunctionChild {
    const spare = this.#child;
    this.#child = undefined;
    return spare === undefined || spare.isLost ? this.#create() : spare;
  }

  /** Sees to it that there is one. To be called when nothing urgent needs the processor. */
  refill(): void {
    if (this.#child !== undefined && !this.#child.isLost) return;
    try {
      this.#child = this.#create();
    } catch (error) {
      // Whoever takes the next process hears of it too, if it still cannot be started then.
      this.#log("warn", "function-spare-failed", {
        message: "Cannot start a function process in advance",
        error,
      });
    }
  }

  /** It is not needed any more. */
  end(): void {
    void this.#child?.end();
    this.#child = undefined;
  }
}
