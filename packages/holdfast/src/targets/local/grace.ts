import type { Clock } from "../../base/clock.ts";

/** The time that an end has, for all of its parts together. Until somebody sets it, each part has a measure of its own. */
export class Grace {
  readonly #clock: Pick<Clock, "now">;
  #endsAtMs: number | undefined;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  begin(graceMs: number): void {
    this.#endsAtMs = this.#clock.now() + graceMs;
  }

  /** What is left of it; undefined where nobody has set it. */
  leftMs(): number | undefined {
    return this.#endsAtMs === undefined ? undefined : Math.max(0, this.#endsAtMs - this.#clock.now());
  }
}
