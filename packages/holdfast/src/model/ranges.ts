import type { Throttling, WebSocketLimits } from "./app-model.ts";
import { maximumFunctionTimeoutMs } from "./defaults.ts";
import { errorAbout, type Finding } from "./finding.ts";
import type { Located } from "./inventory.ts";

/** What a number of the model may be, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  /** Whether fractions are allowed. */
  readonly fractions?: true;
}

/** The longest that a timer of Node's can wait: some 24.8 days. */
const longestTimerMs = 2_147_483_647;
/** What a gateway may be asked to hold in memory for one message: 100 MiB. AWS's quota is the default. */
const largestMessageBytes = 104_857_600;

/** API Gateway's range, by its service model. */
const integrationTimeout: Range = { from: 50, to: 29_000, unit: "milliseconds" };

export const limitRanges = {
  messageBytes: { from: 1, to: largestMessageBytes, unit: "bytes" },
  frameBytes: { from: 1, to: largestMessageBytes, unit: "bytes" },
  idleTimeoutMs: { from: 1, to: longestTimerMs, unit: "milliseconds" },
  connectionDurationMs: { from: 1, to: longestTimerMs, unit: "milliseconds" },
  integrationTimeoutMs: integrationTimeout,
  // Node's HTTP server takes heads of 16 KB, with all headers.
  urlBytes: { from: 1, to: 16_384, unit: "bytes" },
  routes: { from: 1, to: 10_000, unit: "routes" },
  authorizers: { from: 0, to: 10_000, unit: "authorizers" },
  // No more than what templates are compiled up to.
  templateBytes: { from: 1, to: 307_200, unit: "bytes" },
  accessLogFormatBytes: { from: 1, to: 1_048_576, unit: "bytes" },
} as const satisfies Record<keyof WebSocketLimits, Range>;

export const ranges = {
  port: { from: 0, to: 65_535, unit: "" },
  integrationTimeoutMs: integrationTimeout,
  functionTimeoutMs: { from: 1, to: maximumFunctionTimeoutMs, unit: "milliseconds" },
  // Lambda's.
  memoryMb: { from: 128, to: 10_240, unit: "megabytes" },
  concurrency: { from: 1, to: 10_000, unit: "invocations" },
  ratePerSecond: { from: 0, to: 1_000_000, unit: "requests a second", fractions: true },
  burst: { from: 0, to: 1_000_000, unit: "requests" },
  quotaRequests: { from: 0, to: 1_000_000_000, unit: "requests" },
} as const satisfies Record<string, Range>;

/** `LIMIT_INVALID` when a value is given and out of its range; the message names value and range. */
export function checkRange(
  located: Located<unknown>,
  name: string,
  value: number | undefined,
  range: Range,
): readonly Finding[] {
  if (value === undefined) return [];
  const { from, to, unit, fractions } = range;
  const isWhole = fractions === true || Number.isInteger(value);
  if (isWhole && value >= from && value <= to) return [];
  const allowed = `${isWhole ? "" : "a whole number "}from ${from} to ${to}${unit === "" ? "" : ` ${unit}`}`;
  return [
    errorAbout(located, "LIMIT_INVALID", `${located.title} has ${name} ${value}; it may be ${allowed}`),
  ];
}

export function checkThrottling(
  located: Located<unknown>,
  throttling: Throttling | undefined,
): readonly Finding[] {
  return [
    ...checkRange(located, "throttling.ratePerSecond", throttling?.ratePerSecond, ranges.ratePerSecond),
    ...checkRange(located, "throttling.burst", throttling?.burst, ranges.burst),
  ];
}
