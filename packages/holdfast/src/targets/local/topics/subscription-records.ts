import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import type { Subscription } from "../../../ports/topics.ts";
import type { TableStore } from "../../../ports/table-store.ts";

/** Holds what subscribed at run time. No table of an app can have this name: a colon is not allowed there. */
const subscriptionsTable: Table = {
  name: "holdfast:subscriptions",
  key: { name: "id", type: "string" },
  indexes: [],
  retain: false,
};

/** A subscription that somebody made while the app ran. */
export interface MadeSubscription extends Subscription {
  readonly declared: false;
  /** What confirms it. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly madeAtMs: number;
}

/** Keeps subscriptions; where there is no store, in vain. */
export class SubscriptionRecords {
  readonly #tables: TableStore | undefined;

  constructor(tables: TableStore | undefined) {
    this.#tables = tables;
  }

  /** In the order of their making. */
  async load(): Promise<readonly MadeSubscription[]> {
    if (this.#tables === undefined) return [];
    await this.#tables.define([subscriptionsTable]);
    const found: MadeSubscription[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#tables.scan({ table: subscriptionsTable.name, ...(start && { start }) });
      found.push(...page.items.flatMap(readRow));
      start = page.next;
    } while (start !== undefined);
    return found.toSorted((a, b) => a.madeAtMs - b.madeAtMs);
  }

  async save(subscription: MadeSubscription): Promise<void> {
    const item = { id: { S: subscription.id }, json: { S: JSON.stringify(subscription) } };
    await this.#tables?.write([{ kind: "put", table: subscriptionsTable.name, item }]);
  }

  async remove(id: string): Promise<void> {
    await this.#tables?.write([{ kind: "delete", table: subscriptionsTable.name, key: { id: { S: id } } }]);
  }
}

function readRow({ json }: Item): MadeSubscription[] {
  return json !== undefined && "S" in json ? [JSON.parse(json.S) as MadeSubscription] : [];
}
