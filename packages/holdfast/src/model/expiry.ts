import { attributeOf, type Item } from "./attribute-value.ts";

/** DynamoDB ignores times of expiry that lie further back than five years. */
const horizonMs = 5 * 365.25 * 24 * 60 * 60 * 1000;

/**
 * When the item expires, in whole milliseconds since 1970, by the attribute that holds it in seconds; `undefined`
 * when it does not: no such attribute, or none that is a number.
 */
export function expiresAtMs(item: Item, ttl: string | undefined): number | undefined {
  const value = ttl === undefined ? undefined : attributeOf(item, ttl);
  if (value === undefined || !("N" in value)) return undefined;
  const ms = Math.round(Number(value.N) * 1000);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The times of expiry that make an item count as expired at `nowMs`: from `fromMs`, before `beforeMs`. */
export function expiredRange(nowMs: number): { readonly fromMs: number; readonly beforeMs: number } {
  return { fromMs: nowMs - horizonMs, beforeMs: nowMs };
}

export function hasExpired(atMs: number | undefined, nowMs: number): boolean {
  const { fromMs, beforeMs } = expiredRange(nowMs);
  return atMs !== undefined && atMs >= fromMs && atMs < beforeMs;
}
