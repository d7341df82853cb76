import type { Clock } from "../base/clock.ts";

/** A process that ran for so long is sound: its crash begins a new count. */
const soundAfterMs = 5_000;
/** The pause after the second crash in a row; it doubles with each that follows. After the first there is none. */
const firstPauseMs = 50;

/** Keeps a process that crashes again and again from being started in a tight loop. */
export class RestartBackoff {
  readonly #clock: Clock;
  readonly #maximumPauseMs: number;
  #failures = 0;
  #startedAtMs = Infinity;
  #untilMs = -Infinity;

  constructor(clock: Clock, maximumPauseMs: number) {
    this.#clock = clock;
    this.#maximumPauseMs = maximumPauseMs;
  }

  /** A process serves. */
  started(): void {
    this.#startedAtMs = this.#clock.now();
  }

  /** It crashed, or could not be started. */
  failed(): void {
    const nowMs = this.#clock.now();
    this.#failures = nowMs - this.#startedAtMs >= soundAfterMs ? 1 : this.#failures + 1;
    this.#startedAtMs = Infinity;
    const pauseMs = this.#failures === 1 ? 0 : firstPauseMs * 2 ** (this.#failures - 2);
    this.#untilMs = nowMs + Math.min(pauseMs, this.#maximumPauseMs);
  }

  /** How long to wait before the next start. */
  pauseMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.now());
  }
}
