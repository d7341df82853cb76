import { randomUUID } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { seldom } from "../../base/seldom.ts";
import type { Table } from "../../model/app-model.ts";
import type { AttributeValue, Item } from "../../model/attribute-value.ts";
import type { Write } from "../../model/table-request.ts";
import { maximumTopicMessageBytes } from "../../model/topic-limits.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { AcceptedMessage, DeliveryJournal, KeptMessage, LeftDelivery } from "../delivery-journal.ts";
import { Sequencer } from "../sequencer.ts";

/** Holds an item for each message that somebody has yet to get. No table of an app can have this name. */
export const deliveriesTable: Table = {
  name: "holdfast:deliveries",
  key: { name: "order", type: "string" },
  indexes: [],
  retain: false,
};

/** So long messages wait for a subscriber that is not there any more: it may be back with the app's next version. */
const unclaimedMs = 4 * 24 * 60 * 60 * 1000;
/** By then a start has named its subscribers. */
const reviewAfterMs = 10 * 60 * 1000;

export interface TableDeliveryJournalOptions {
  readonly tables: TableStore;
  readonly clock: Clock;
  readonly log: Log;
}

interface LeftMessage {
  readonly message: AcceptedMessage;
  readonly bytes: number;
  readonly kept: KeptItem;
}

/** Messages in a table, until their subscribers had them. */
export class TableDeliveryJournal implements DeliveryJournal {
  readonly #options: TableDeliveryJournalOptions;
  readonly #sequencer: Sequencer;
  readonly #left: Set<LeftMessage>;
  readonly #warn: Log;

  private constructor(options: TableDeliveryJournalOptions, found: readonly Item[]) {
    this.#options = options;
    this.#sequencer = new Sequencer(options.clock);
    this.#warn = seldom(options.log, options.clock);
    this.#left = new Set(found.flatMap((item) => this.#toLeft(item)));
    if (this.#left.size > 0) options.clock.after(reviewAfterMs, () => this.#review());
  }

  static async open(options: TableDeliveryJournalOptions): Promise<TableDeliveryJournal> {
    const { tables } = options;
    await tables.define([deliveriesTable]);
    const found: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await tables.scan({ table: deliveriesTable.name, ...(start && { start }) });
      found.push(...page.items);
      start = page.next;
    } while (start !== undefined);
    const inOrder = found.toSorted((a, b) => (textOf(a, "order") < textOf(b, "order") ? -1 : 1));
    return new TableDeliveryJournal(options, inOrder);
  }

  async keep(message: AcceptedMessage, subscribers: readonly string[]): Promise<KeptMessage> {
    // The clock may have gone back since the last run: what that one left must not be written over.
    const order = `${this.#sequencer.next()}-${randomUUID()}`;
    const item = { order: { S: order }, waiting: { SS: subscribers }, ...toBody(message) };
    await this.#options.tables.write([{ kind: "put", table: deliveriesTable.name, item }]);
    return this.#toKept(order, subscribers);
  }

  claim(topic: string, subscriber: string): readonly LeftDelivery[] {
    const claimed = [...this.#left].filter(
      ({ message, kept }) => message.topic === topic && kept.claim(subscriber),
    );
    for (const one of claimed) if (one.kept.unclaimed.size === 0) this.#left.delete(one);
    return claimed;
  }

  #toKept(order: string, waiting: readonly string[]): KeptItem {
    return new KeptItem(order, waiting, (write) => this.#remove(write));
  }

  /** An item that cannot be read stays where it is, for whoever may read it. */
  #toLeft(item: Item): LeftMessage[] {
    const order = textOf(item, "order");
    try {
      const message = fromBody(item);
      const waiting = item.waiting !== undefined && "SS" in item.waiting ? item.waiting.SS : [];
      return [{ message, bytes: bytesOf(message), kept: this.#toKept(order, waiting) }];
    } catch (error) {
      const text = `The message ${order} that an earlier run left cannot be read, and is not delivered`;
      this.#options.log("error", "topic.message-unreadable", { message: text, error });
      return [];
    }
  }

  #remove(write: Write): void {
    this.#options.tables.write([write]).catch((error: unknown) => {
      if (isClosed(error)) return;
      const message = "What was delivered could not be removed: the next start delivers it again";
      this.#warn("warn", "topic.message-not-removed", { message, error });
    });
  }

  /** Tells of what nobody claims, and lets go of what is too old. */
  #review(): void {
    if (this.#left.size === 0) return;
    const oldestMs = this.#options.clock.now() - unclaimedMs;
    const stale = [...this.#left].filter(({ message }) => message.publishedAtMs < oldestMs);
    const names = [...this.#left].flatMap(({ message: { topic }, kept }) =>
      [...kept.unclaimed].map((subscriber) => `${topic} to ${subscriber}`),
    );
    this.#options.log("warn", "topic.messages-unclaimed", {
      message: `${this.#left.size} messages of earlier runs wait for subscribers that the app has no more (${[...new Set(names)].slice(0, 10).join(", ")}). They go after 4 days; ${stale.length} of them go now`,
      messages: this.#left.size,
      dropped: stale.length,
    });
    for (const one of stale) {
      this.#left.delete(one);
      for (const subscriber of one.kept.unclaimed) one.kept.settled(subscriber);
    }
  }
}

/** The item of one message. */
class KeptItem implements KeptMessage {
  /** Whom this run has not begun to deliver to. */
  readonly unclaimed: Set<string>;
  readonly #key: Item;
  readonly #waiting: Set<string>;
  readonly #write: (write: Write) => void;

  constructor(order: string, waiting: readonly string[], write: (write: Write) => void) {
    this.#key = { order: { S: order } };
    this.#waiting = new Set(waiting);
    this.unclaimed = new Set(waiting);
    this.#write = write;
  }

  claim(subscriber: string): boolean {
    return this.unclaimed.delete(subscriber);
  }

  settled(subscriber: string): void {
    if (!this.#waiting.delete(subscriber)) return;
    const place = { table: deliveriesTable.name, key: this.#key };
    if (this.#waiting.size === 0) this.#write({ kind: "delete", ...place });
    else
      this.#write({
        kind: "update",
        ...place,
        actions: [{ action: "delete", path: ["waiting"], value: { SS: [subscriber] } }],
      });
  }
}

/** JSON of a message may be six times as long as it is, and an item has its bound: what is long is packed. */
function toBody(message: AcceptedMessage): Readonly<Record<string, AttributeValue>> {
  const json = JSON.stringify(message);
  return Buffer.byteLength(json) <= maximumTopicMessageBytes
    ? { json: { S: json } }
    : { packed: { B: deflateRawSync(json) } };
}

function fromBody({ json, packed }: Item): AcceptedMessage {
  if (json !== undefined && "S" in json) return JSON.parse(json.S) as AcceptedMessage;
  if (packed !== undefined && "B" in packed)
    return JSON.parse(inflateRawSync(packed.B).toString()) as AcceptedMessage;
  throw new Error("It has no body");
}

function bytesOf({ text }: AcceptedMessage): number {
  return Buffer.byteLength(text);
}

function textOf(item: Item, name: string): string {
  const value = item[name];
  return value !== undefined && "S" in value ? value.S : "";
}

/** The next start delivers once more what was delivered as the app stopped. */
function isClosed(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === "STORE_FAILED";
}
