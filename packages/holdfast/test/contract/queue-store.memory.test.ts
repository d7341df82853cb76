import { createMemoryQueueStore } from "../../src/stores/memory/queue-store.ts";
import { describeQueueStore } from "./queue-store.ts";

describeQueueStore("the queue store in memory", async ({ clock }) => {
  const store = createMemoryQueueStore({ clock });
  return { store, dispose: () => store.close() };
});
