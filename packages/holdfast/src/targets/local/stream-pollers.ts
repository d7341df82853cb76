import type { AppModel, Table } from "../../model/app-model.ts";
import { EventPatternError } from "../../model/event-pattern-error.ts";
import { StreamPoller, type TableEventSource } from "./stream-pollers/stream-poller.ts";
import type { StreamSurroundings } from "./stream-pollers/stream-surroundings.ts";

/** How long the functions that run may take to end. */
const closeGraceMs = 5_000;

/**
 * Feeds functions from the changes of tables, as an app's event sources say. What was written and acknowledged is
 * delivered at least once, and in its order, through any end of the process: the journal and the readers' places in it
 * are in the store. Each table is one shard.
 */
export class StreamPollers {
  readonly #options: StreamSurroundings;
  /** By what they do, so that one that goes on doing it is left alone. */
  #pollers: ReadonlyMap<string, StreamPoller> = new Map();
  /** Those that are on their way out. */
  readonly #stopping = new Set<Promise<void>>();
  #stopWatching: (() => void) | undefined;

  constructor(options: StreamSurroundings) {
    this.#options = options;
  }

  /** From now on these are fed; resolves once whatever is written next will come, and never rejects. The store knows their tables. */
  async define({ eventSources, tables }: Pick<AppModel, "eventSources" | "tables">): Promise<void> {
    const wanted = eventSources.flatMap(({ source, ...rest }) => {
      const table = tables.find(({ name }) => source.kind === "table" && name === source.table);
      if (source.kind !== "table" || table?.stream === undefined) return [];
      return [{ source: { source, ...rest }, table: { ...table, stream: table.stream } }];
    });
    const before = this.#pollers;
    const keys = new Set(wanted.map((one) => JSON.stringify(one)));
    for (const [key, poller] of before) if (!keys.has(key)) this.#stop(poller);
    // Those that read on where others were wait until these are done.
    const stopped = Promise.all(this.#stopping);
    const pollers = new Map<string, StreamPoller>();
    for (const { table, source } of wanted) {
      const key = JSON.stringify({ source, table });
      const poller = pollers.get(key) ?? before.get(key) ?? this.#start(table, source, stopped);
      if (poller !== undefined) pollers.set(key, poller);
    }
    this.#pollers = pollers;
    this.#watch();
    await Promise.all([...pollers.values()].map((poller) => poller.opened()));
  }

  /**
   * Takes nothing more, and resolves once the functions that run have ended, at the latest after `graceMs`: what they do
   * not finish comes again.
   */
  async close(graceMs: number = closeGraceMs): Promise<void> {
    this.#stopWatching?.();
    for (const poller of this.#pollers.values()) this.#stop(poller);
    const { promise: graceOver, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(graceMs, resolve);
    await Promise.race([Promise.all(this.#stopping), graceOver]);
    timer.cancel();
    this.#pollers = new Map();
  }

  /** A pattern that is none would let the wrong changes through: nothing is better than that. */
  #start(
    table: Table & { readonly stream: NonNullable<Table["stream"]> },
    source: TableEventSource,
    before: Promise<unknown>,
  ): StreamPoller | undefined {
    try {
      return new StreamPoller(this.#options, table, source, {
        before,
        onMoved: () => this.#forget(table.name),
      });
    } catch (error) {
      if (!(error instanceof EventPatternError)) throw error;
      const message = `The table ${table.name} does not feed ${source.function}: ${error.message}`;
      this.#options.log("error", "stream.filter-invalid", { message });
      return undefined;
    }
  }

  #stop(poller: StreamPoller): void {
    const stopping = poller.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  /** Watching costs each write a little: only where somebody reads. */
  #watch(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    const byTable = Map.groupBy(this.#pollers.values(), ({ table }) => table);
    if (byTable.size === 0) return;
    this.#stopWatching = this.#options.tables.watch(({ table }) => {
      for (const poller of byTable.get(table) ?? []) poller.wake();
    });
  }

  /** The slowest reader of a table decides what goes. */
  async #forget(table: string): Promise<void> {
    const pollers = [...this.#pollers.values()].filter((one) => one.table === table);
    const readers = pollers.map(({ reader }) => reader);
    await readers[0]?.forgetUntil(Math.min(...readers.map(({ position }) => position)));
  }
}
