import { watch, type FSWatcher } from "chokidar";

export interface InputWatcher {
  /** From now on these files count, and no others. */
  setInputs(files: readonly string[]): void;
  /** Resolves once no change can be missed any more. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Editors write a file in several steps; changes so close together are one. */
const settleMs = 10;

/** Calls back after one of the files has changed, appeared or gone. */
export function watchInputs(onChange: () => void): InputWatcher {
  let watched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher: FSWatcher = watch([], { ignoreInitial: true, atomic: false });
  const ready = new Promise<void>((resolve) => watcher.once("ready", resolve));
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, settleMs);
  });
  return {
    setInputs(files) {
      const wanted = new Set(files);
      const added = files.filter((file) => !watched.has(file));
      const removed = [...watched].filter((file) => !wanted.has(file));
      if (removed.length > 0) watcher.unwatch(removed);
      if (added.length > 0) watcher.add(added);
      watched = wanted;
    },
    ready: () => (watched.size === 0 ? Promise.resolve() : ready),
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
