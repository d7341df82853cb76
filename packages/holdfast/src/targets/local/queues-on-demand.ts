import type { BackupSource } from "../../ports/backups.ts";
import type { QueueStore } from "../../ports/queue-store.ts";

type OpenedQueues = QueueStore & BackupSource;

/** Queues that are opened when the app first has one: most have none, and would start a thread for nothing. */
export function queuesOnDemand(open: () => Promise<OpenedQueues>): OpenedQueues {
  let opening: Promise<OpenedQueues> | undefined;
  const store = (): Promise<OpenedQueues> => (opening ??= open());
  return {
    async define(queues) {
      if (queues.length > 0 || opening !== undefined) await (await store()).define(queues);
    },
    send: async (...request) => (await store()).send(...request),
    receive: async (...request) => (await store()).receive(...request),
    delete: async (...request) => (await store()).delete(...request),
    changeVisibility: async (...request) => (await store()).changeVisibility(...request),
    purge: async (queue) => (await store()).purge(queue),
    counts: async (queue) => (await store()).counts(queue),
    backup: async (to) => (await store()).backup(to),
    async close() {
      // One that could not be opened has nothing to close.
      await opening?.then(
        (opened) => opened.close(),
        () => {},
      );
    },
  };
}
