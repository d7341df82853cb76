import type { Clock } from "../../base/clock.ts";

/** A process that takes longer mostly waits for something, and then others can have the processor. */
const longestHoldMs = 1_000;

/** Lets few processes start at a time: those that start together only make each other slow. First come, first served. */
export class StartGate {
  readonly #clock: Clock;
  readonly #maximum: number;
  readonly #queue: (() => void)[] = [];
  #inside = 0;

  constructor(clock: Clock, maximum: number) {
    this.#clock = clock;
    this.#maximum = maximum;
  }

  /** Resolves when it is one's turn, with what is to be called once the process has started, or failed to. */
  async enter(): Promise<() => void> {
    if (this.#inside < this.#maximum) this.#inside += 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    let isInside = true;
    const leave = (): void => {
      if (!isInside) return;
      isInside = false;
      timer.cancel();
      this.#leave();
    };
    const timer = this.#clock.after(longestHoldMs, leave);
    return leave;
  }

  /** The place goes to the next, if there is one. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}
