import type { Throttling } from "../../model/app-model.ts";

/**
 * A token bucket: full at first, and then filled evenly. Costs the same however much time has gone by. The kind is
 * API Gateway's (documented; there on a best-effort basis).
 */
export class TokenBucket {
  readonly #ratePerMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor({ ratePerSecond, burst }: Throttling, nowMs: number) {
    this.#ratePerMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    const elapsedMs = nowMs - this.#filledAtMs;
    // A clock may be set back: nothing is filled then, and nothing lost.
    if (elapsedMs > 0) this.#tokens = Math.min(this.#burst, this.#tokens + elapsedMs * this.#ratePerMs);
    this.#filledAtMs = nowMs;
    // Fractions that add up to one may fall short of it by a rounding.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }
}
