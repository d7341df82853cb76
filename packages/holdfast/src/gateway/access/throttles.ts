import type { Throttling, WebSocketApi } from "../../model/app-model.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A route's bucket, and how often the log hears of it. */
export class Throttle {
  readonly settings: Throttling;
  readonly #bucket: TokenBucket;
  #refusals = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: Throttling, nowMs: number) {
    this.settings = settings;
    this.#bucket = new TokenBucket(settings, nowMs);
  }

  admit(nowMs: number): boolean {
    const admitted = this.#bucket.take(nowMs);
    if (!admitted) this.#refusals += 1;
    return admitted;
  }

  /** How many were refused since the last time; undefined when that was within the last second: a flood must not flood the log. */
  takeReport(nowMs: number): number | undefined {
    if (nowMs - this.#toldAtMs < 1000) return undefined;
    this.#toldAtMs = nowMs;
    const count = this.#refusals;
    this.#refusals = 0;
    return count;
  }
}

/** By route key. */
export type Throttles = ReadonlyMap<string, Throttle>;

/**
 * A bucket for each route that is throttled. The API's own settings are each route's that has none, as the name of
 * API Gateway's "default route settings" has it; whether there the routes share one bucket is not known.
 * `$disconnect` is never throttled: apps forget connections there. Nor is anything shared by all of an account's APIs,
 * as API Gateway's 10,000 requests and 500 new connections a second are.
 *
 * @param before what these take the place of: buckets whose settings stay keep their level.
 */
export function createThrottles(
  { routes, throttling: fallback }: WebSocketApi,
  before: Throttles | undefined,
  nowMs: number,
): Throttles {
  const settings = new Map<string, Throttling | undefined>([["$connect", fallback]]);
  for (const { key, throttling } of routes) settings.set(key, throttling ?? fallback);
  settings.delete("$disconnect");
  const throttles = new Map<string, Throttle>();
  for (const [key, wanted] of settings) {
    if (wanted === undefined) continue;
    const existing = before?.get(key);
    const stays = existing !== undefined && isSame(existing.settings, wanted);
    throttles.set(key, stays ? existing : new Throttle(wanted, nowMs));
  }
  return throttles;
}

export function describeThrottling({ settings }: Throttle): string {
  return `${settings.ratePerSecond} a second are allowed, and ${settings.burst} at once`;
}

export function isSame(a: Throttling | undefined, b: Throttling | undefined): boolean {
  return a?.ratePerSecond === b?.ratePerSecond && a?.burst === b?.burst;
}
