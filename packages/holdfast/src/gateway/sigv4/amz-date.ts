/** `20260925T002229Z` as milliseconds since 1970; undefined for anything else. */
export function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // The 31st of June and its like would roll over.
  return formatAmzDate(timeMs) === text ? timeMs : undefined;
}

/** ISO 8601's basic form, to the second. Takes what a `Date` holds. */
export function formatAmzDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** A `Date` header, in HTTP's form or AWS's. */
export function parseDateHeader(text: string): number | undefined {
  const timeMs = parseAmzDate(text) ?? Date.parse(text);
  const isInRange = timeMs >= 0 && timeMs < Date.UTC(10_000, 0);
  return isInRange ? timeMs - (timeMs % 1000) : undefined;
}
