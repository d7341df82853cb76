import { TokenBucket } from "../access/token-bucket.ts";
import { limitedAs } from "./address.ts";

/** More addresses than this are not told apart for long: who comes then begins with a full bucket. */
const keptAddresses = 65_536;

/** After so long a bucket is full again, as a new one is: its burst is what it gets in a second. */
const fillMs = 1000;

/** A rate that each address has for itself. */
export class AddressRates {
  readonly #ratePerSecond: number;
  readonly #keptAddresses: number;
  /** Those who came last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  /** `Infinity` for no limit. */
  constructor(ratePerSecond: number, kept: number = keptAddresses) {
    this.#ratePerSecond = ratePerSecond;
    this.#keptAddresses = kept;
  }

  /** False when the address came too often. */
  take(address: string, nowMs: number): boolean {
    if (this.#ratePerSecond === Number.POSITIVE_INFINITY) return true;
    const key = limitedAs(address);
    const bucket = this.#buckets.get(key) ?? this.#createBucket(nowMs);
    this.#buckets.delete(key);
    this.#sweep(nowMs);
    this.#buckets.set(key, bucket);
    bucket.usedAtMs = nowMs;
    return bucket.tokens.take(nowMs);
  }

  get size(): number {
    return this.#buckets.size;
  }

  #createBucket(nowMs: number): Bucket {
    const ratePerSecond = this.#ratePerSecond;
    // Of a rate below one a second, too, one may come at once.
    const tokens = new TokenBucket({ ratePerSecond, burst: Math.max(1, ratePerSecond) }, nowMs);
    return { tokens, usedAtMs: nowMs };
  }

  /** Forgets who has not come for long, and makes room. Without a timer: each call pays for a few entries, at most for all that came since. */
  #sweep(nowMs: number): void {
    for (const [key, { usedAtMs }] of this.#buckets) {
      const isFull = nowMs - usedAtMs >= fillMs / Math.min(1, this.#ratePerSecond);
      if (!isFull && this.#buckets.size < this.#keptAddresses) return;
      this.#buckets.delete(key);
    }
  }
}

interface Bucket {
  readonly tokens: TokenBucket;
  usedAtMs: number;
}
