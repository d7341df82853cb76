import { createMemoryTableStore } from "../../src/stores/memory/table-store.ts";
import { describeTableStore } from "./table-store.ts";
import { describeTableStoreProperties } from "./table-store-properties.ts";
import type { StoreOpener } from "./table-store-fixture.ts";

const open: StoreOpener = async (options) => {
  const store = createMemoryTableStore(options);
  return { store, dispose: () => store.close() };
};

describeTableStore("the memory table store", open);
describeTableStoreProperties("the memory table store", open);
