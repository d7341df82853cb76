import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { TopicBus } from "../../ports/topic-bus.ts";
import { DeliveringTopicBus } from "../delivering-topic-bus.ts";
import { withDefaultLimits, type TopicLimits } from "../topic-limits.ts";
import { TableDeliveryJournal } from "./delivery-journal.ts";

export interface TableTopicBusOptions {
  /** Open for as long as the bus is. */
  readonly tables: TableStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<TopicLimits>;
}

/**
 * Topics whose messages lie in a table until each subscriber had them, or they were given up, as in memory: publishing
 * is as durable as a write to a table, and shares its commits. What an earlier run left is delivered once its subscriber
 * is named; its tries are counted from 1 again. A subscriber may get a message again that it had just before the end.
 * Rejects as the table store does.
 */
export async function openTableTopicBus(options: TableTopicBusOptions): Promise<TopicBus> {
  const { tables, clock, log, limits } = options;
  const journal = await TableDeliveryJournal.open({ tables, clock, log });
  return new DeliveringTopicBus({ clock, log, limits: withDefaultLimits(limits), journal });
}
