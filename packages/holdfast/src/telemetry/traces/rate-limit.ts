/** So many a second on average, and what one second allows at once, but one at least: Jaeger's `ratelimiting` (its source). */
export class RateLimit {
  readonly #perSecond: number;
  readonly #most: number;
  #balance: number;
  #countedAtMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#most = Math.max(1, perSecond);
    this.#balance = perSecond > 0 ? this.#most : 0;
    this.#countedAtMs = nowMs;
  }

  take(nowMs: number): boolean {
    // A clock may be set back: nothing is added then.
    const elapsedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#balance = Math.min(this.#most, this.#balance + (elapsedMs / 1000) * this.#perSecond);
    // Fractions that add up to one may fall short of it by a rounding.
    if (this.#balance < 1 - 1e-9) return false;
    this.#balance -= 1;
    return true;
  }
}
