import { unwatchFile, watchFile as pollFile, type Stats } from "node:fs";

const intervalMs = 1000;

/**
 * Calls back when a file's content may have changed, however it was replaced: by a rename, or by another target of a
 * symbolic link on its way, as Kubernetes does with what it mounts. Looks once a second. Answers what ends it.
 */
export function watchFile(file: string, onChange: () => void): () => void {
  const listener = (now: Stats, before: Stats): void => {
    const isSame = now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size;
    if (!isSame && now.nlink > 0) onChange();
  };
  pollFile(file, { interval: intervalMs, persistent: false }, listener);
  return () => unwatchFile(file, listener);
}
