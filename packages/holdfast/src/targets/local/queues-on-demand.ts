import type { QueueStore } from "../../ports/queue-store.ts";

/** Queues that are opened when the app first has one: most have none, and would start a thread for nothing. */
export function queuesOnDemand(open: () => Promise<QueueStore>): QueueStore {
  let opening: Promise<QueueStore> | undefined;
  const store = (): Promise<QueueStore> => (opening ??= open());
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
    async close() {
      // One that could not be opened has nothing to close.
      await opening?.then(
        (opened) => opened.close(),
        () => {},
      );
    },
  };
}
