import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import type { TopicBus } from "../../../ports/topic-bus.ts";
import { openTableTopicBus } from "../../../stores/tables/topic-bus.ts";
import type { LocalStores } from "../stores.ts";
import { HandedState } from "./handed-state.ts";
import type { Succession } from "./succession.ts";

/** An app's stores and topics, and how they change hands where they can. */
export interface OpenState {
  readonly stores: LocalStores;
  readonly bus: TopicBus;
  readonly handed?: HandedState;
  close(): Promise<void>;
}

export interface OpenStateOptions {
  readonly openStores: () => Promise<LocalStores>;
  readonly succession?: Succession;
  /** All that has to be there before another process gives its state away for this one. */
  readonly ready: Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** At once, or from the process before this one when that has given it away. Rejects as what it opens. */
export async function openState(options: OpenStateOptions): Promise<OpenState> {
  const { openStores, succession, ready, clock, log } = options;
  const openBus = (tables: TableStore): Promise<TopicBus> => openTableTopicBus({ tables, clock, log });
  if (succession === undefined) {
    const stores = await openStores();
    try {
      return { stores, bus: await openBus(stores.tables), close: () => stores.close() };
    } catch (error) {
      await stores.close();
      throw error;
    }
  }
  if (succession.predecessor !== undefined) await ready;
  await succession.awaitState();
  const handed = await HandedState.open({ backplane: succession.backplane, openStores, openBus });
  return { stores: handed.stores, bus: handed.bus, handed, close: () => handed.stores.close() };
}
