/** What a backup holds of a stage's folder. Logs are not in it, nor is what only a running process needs. */
export const backupParts = ["tables.db", "queues.db", "buckets", "function-code", "log-groups"] as const;

/** The list of files, in the form that `sha256sum -c` reads; behind them in the archive. */
export const sumsName = "SHA256SUMS";

/** The last file of the archive: one that was cut short has none. */
export const manifestName = "holdfast-backup.json";

const partNames: ReadonlySet<string> = new Set(backupParts);

/** Whether a path of an archive is one that a backup may have, and leads nowhere else. */
export function isBackupPath(name: string): boolean {
  const segments = name.split("/");
  const isPlain = segments.every(
    (one) => one !== "" && one !== "." && one !== ".." && !/[\\\0\r\n]/.test(one),
  );
  return isPlain && partNames.has(segments[0] ?? "");
}
