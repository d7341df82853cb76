import { resolve } from "node:path";
import type { Worker } from "node:worker_threads";

import { systemClock, type Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import type {
  Change,
  Page,
  QueryRequest,
  ScanRequest,
  Write,
  WriteResult,
} from "../../model/table-request.ts";
import type { BackupSource } from "../../ports/backups.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { ChangeFeed, tableChanges } from "../change-feed.ts";
import { checkKey, checkQuery, checkScan, checkWrites } from "../request-check.ts";
import { startSweeping } from "../sweeper.ts";
import { readAnswer, type Answer } from "./answer-codec.ts";
import { writeRequest, type Request } from "./request-codec.ts";
import { startStoreThread } from "./start-store-thread.ts";
import { ThreadLink } from "./thread-link.ts";

export interface SqliteTableStoreOptions {
  /** The database; it and its folder are made when they are missing. */
  readonly file: string;
  readonly clock?: Clock;
  readonly log: Log;
}

/**
 * Tables in an SQLite database of their own, which a thread opens, and no other process can meanwhile. What is
 * acknowledged survives any end of the process; a loss of power may take the last writes, never parts of one.
 * Rejects with `STATE_IN_USE`, `STATE_NOT_WRITABLE`, `STATE_CORRUPT` or `STORE_FAILED`. The store's time is the clock's
 * at the end of the turn that makes a request.
 */
export async function openSqliteTableStore(
  options: SqliteTableStoreOptions,
): Promise<TableStore & BackupSource> {
  const { worker, expires } = await startStoreThread("tables", options.file);
  return new SqliteTableStore(worker, expires, options.clock ?? systemClock, options.log);
}

class SqliteTableStore implements TableStore, BackupSource {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #feed: ChangeFeed<Change>;
  readonly #link: ThreadLink<Request, Answer>;
  #stopSweeping: (() => void) | undefined;

  constructor(worker: Worker, expires: boolean, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#feed = new ChangeFeed<Change>(log, tableChanges);
    this.#link = new ThreadLink<Request, Answer>(worker, {
      title: "tables",
      codec: { writeRequest, readAnswer },
      clock,
      log,
      isWatched: () => this.#feed.isWatched,
      onChanges: (changes) => this.#feed.publish(changes),
    });
    if (expires) this.#startSweeping();
  }

  async define(tables: readonly Table[]): Promise<void> {
    const { expires } = await this.#ask({ kind: "define", tables }, "defined");
    if (expires) this.#startSweeping();
  }

  async get(table: string, key: Item): Promise<Item | undefined> {
    const { item } = await this.#ask({ kind: "get", table, key: checkKey(key) }, "got");
    return item;
  }

  async write(writes: readonly Write[]): Promise<readonly WriteResult[]> {
    const checked = checkWrites(writes);
    const { results } = await this.#ask({ kind: "write", writes: checked }, "written");
    return results.map((result, index): WriteResult => {
      const write = checked[index];
      const now = write?.kind === "put" ? write.item : result.new;
      return { ...(result.old !== undefined && { old: result.old }), ...(now !== undefined && { new: now }) };
    });
  }

  async query(request: QueryRequest): Promise<Page> {
    const { page } = await this.#ask({ kind: "query", request: checkQuery(request) }, "page");
    return page;
  }

  async scan(request: ScanRequest): Promise<Page> {
    const { page } = await this.#ask({ kind: "scan", request: checkScan(request) }, "page");
    return page;
  }

  watch(listener: (change: Change) => void): () => void {
    return this.#feed.watch(listener);
  }

  backup(to: string): Promise<void> {
    return this.#link.backup(resolve(to));
  }

  async close(): Promise<void> {
    this.#stopSweeping?.();
    await this.#link.close();
  }

  #startSweeping(): void {
    this.#stopSweeping ??= startSweeping(this.#clock, this.#log, async () => {
      const { removed } = await this.#ask({ kind: "sweep" }, "swept");
      return removed;
    });
  }

  async #ask<Kind extends Answer["kind"]>(
    request: Request,
    kind: Kind,
  ): Promise<Answer & { readonly kind: Kind }> {
    const answer = await this.#link.request(request);
    if (answer.kind !== kind) {
      throw new HoldfastError(
        "INTERNAL",
        `The tables' thread answered "${answer.kind}" where "${kind}" was due`,
      );
    }
    return answer as Answer & { readonly kind: Kind };
  }
}
