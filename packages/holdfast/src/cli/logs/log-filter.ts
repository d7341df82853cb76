import { HoldfastError } from "../../base/errors.ts";
import type { LogLine } from "../../base/log-line.ts";
import type { LogLevel } from "../../base/log.ts";

/** Which lines are wanted; all of it must hold. */
export interface LogFilter {
  readonly function?: string;
  /** This level or a graver one. */
  readonly level?: KeptLevel;
  /** Milliseconds since 1970. */
  readonly sinceMs?: number;
  /** In the message, the event's name or the error's, whatever the case. */
  readonly grep?: string;
}

/** The levels that are kept, from the lightest on. */
export const keptLevels = ["info", "warn", "error"] as const satisfies readonly LogLevel[];
export type KeptLevel = (typeof keptLevels)[number];

export function isWanted(line: LogLine, filter: LogFilter): boolean {
  const { level = "info", sinceMs = 0, grep = "" } = filter;
  if (filter.function !== undefined && line["function"] !== filter.function) return false;
  if (keptLevels.indexOf(line.level as KeptLevel) < keptLevels.indexOf(level)) return false;
  if (Date.parse(line.time) < sinceMs) return false;
  return textOf(line).toLowerCase().includes(grep.toLowerCase());
}

/** `--since`: so long ago, as in 10m, or a time, as in 2026-01-31T12:00. In milliseconds since 1970. */
export function readSinceMs(given: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(given) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unitMs[unit] ?? 0);
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new HoldfastError(
    "OPTION_INVALID",
    `--since ${JSON.stringify(given)} is neither a while nor a time`,
    {
      hint: "Write 30s, 10m, 2h or 1d, or a time such as 2026-01-31T12:00.",
    },
  );
}

/** `--level`. */
export function readLevel(given: string): KeptLevel {
  const level = keptLevels.find((one) => one === given);
  if (level !== undefined) return level;
  throw new HoldfastError("OPTION_INVALID", `There is no level ${JSON.stringify(given)}`, {
    hint: `Choose one of: ${keptLevels.join(", ")}.`,
  });
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function textOf({ event, message = "", error }: LogLine): string {
  return [event, message, error?.name ?? "", error?.message ?? ""].join("\n");
}
