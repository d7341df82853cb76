/** CloudWatch's ids have 56 digits; these sort as their events do. `sequence` tells those of one time apart. */
export function logEventId(atMs: number, sequence: number): string {
  return `${String(atMs).padStart(20, "0")}${String(sequence).padStart(36, "0")}`;
}
