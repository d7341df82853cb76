import path from "node:path";
import { watch, type FSWatcher } from "chokidar";

export interface InputWatcher {
  /** From now on these files count, and what is directly in these folders, and nothing else. */
  setInputs(paths: readonly string[]): void;
  /** Resolves once no change can be missed any more. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Editors write a file in several steps; changes so close together are one. */
const settleMs = 10;

/** Tools come and go with these as they please, in folders that count. */
const passedOver = /^(?:\.|node_modules$|__pycache__$)/;

/** Calls back after one of the files has changed, appeared or gone. */
export function watchInputs(onChange: () => void): InputWatcher {
  let watched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher: FSWatcher = watch([], { ignoreInitial: true, atomic: false, depth: 0 });
  const ready = new Promise<void>((resolve) => watcher.once("ready", resolve));
  watcher.on("all", (_event, changed) => {
    if (!watched.has(changed) && passedOver.test(path.basename(changed))) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, settleMs);
  });
  return {
    setInputs(paths) {
      const wanted = new Set(paths);
      const added = paths.filter((one) => !watched.has(one));
      const removed = [...watched].filter((one) => !wanted.has(one));
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
