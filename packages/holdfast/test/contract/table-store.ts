import { describe } from "vitest";

import { describeChanges } from "./table-store-changes.ts";
import { describeDefinitions } from "./table-store-definitions.ts";
import { describeExpiry } from "./table-store-expiry.ts";
import { describeJournal } from "./table-store-journal.ts";
import { prepareStores, type StoreOpener } from "./table-store-fixture.ts";
import { describePages } from "./table-store-pages.ts";
import { describeWrites } from "./table-store-writes.ts";

/** The duties of a `TableStore`, held against one kind of it. */
export function describeTableStore(name: string, open: StoreOpener): void {
  describe(`duties of ${name}`, () => {
    const openStore = prepareStores(open);
    describeDefinitions(openStore);
    describeWrites(openStore);
    describePages(openStore);
    describeExpiry(openStore);
    describeChanges(openStore);
    describeJournal(openStore);
  });
}
