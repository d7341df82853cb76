import { resolve } from "node:path";
import { Worker } from "node:worker_threads";

import { threadEntry } from "../../base/thread-entry.ts";
import type { OpenedStore, StoreTitle, ThreadStart } from "./messages.ts";
import { awaitOpening } from "./thread-link.ts";

/** A thread with its database open. Rejects with the reason when it cannot be opened. */
export async function startStoreThread(
  title: StoreTitle,
  file: string,
): Promise<OpenedStore & { readonly worker: Worker }> {
  const start: ThreadStart = { title, file: resolve(file) };
  const worker = new Worker(threadEntry("store-thread", import.meta.url), {
    workerData: start,
    name: `holdfast-${title}`,
    // The flags of the process are its own business: an --import or --inspect is not for this thread.
    execArgv: [],
  });
  return { worker, ...(await awaitOpening(worker, title)) };
}
