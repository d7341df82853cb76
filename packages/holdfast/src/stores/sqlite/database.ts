import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";

import { HoldfastError } from "../../base/errors.ts";
import { loadSqlite } from "./load-sqlite.ts";
import type { StoreTitle } from "./messages.ts";

/** How long to wait for a process that is about to let go of the file. */
const lockWaitMs = 1_000;
/** 16 MB of changes are gathered before they are brought from the log into the database. */
const checkpointPages = 4_000;
const keptLogBytes = 64 * 1024 * 1024;
const cacheKib = 32 * 1024;
const keptStatements = 1_000;
/** 1 MB is copied at a time; as long as that takes, the database waits. */
const backupPages = 256;
const backupAttempts = 100;
/** SQLITE_BUSY. */
const busyCode = 5;

/** Marks a database as ours: "Hold". */
const applicationId = 0x486f6c64;
/** What a database holds beside the mark of ours. */
export interface DatabaseLayout {
  readonly title: StoreTitle;
  /** A change of the layout adds a step that brings older databases up to it. */
  readonly version: number;
  /** Makes it, in SQL. */
  readonly create: string;
}

/**
 * The open database, which no other process can open meanwhile. Its log is written ahead and synchronised when it is
 * checkpointed: a commit survives any end of the process; a loss of power may take the last commits, never parts of
 * one, and leaves the database sound.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Makes the folder and the file where they are missing. Throws what `toStorageError` understands. */
  constructor(file: string, layout: DatabaseLayout) {
    mkdirSync(dirname(file), { recursive: true });
    // SQLite would open what may only be read, and fail in ways that do not say so.
    if (existsSync(file)) accessSync(file, constants.W_OK);
    const { DatabaseSync } = loadSqlite();
    this.#connection = new DatabaseSync(file, { timeout: lockWaitMs });
    try {
      this.#connection.exec("PRAGMA locking_mode = EXCLUSIVE");
      this.#connection.exec(`
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = ${-cacheKib};
        PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA journal_size_limit = ${keptLogBytes}`);
      this.transaction(() => this.#checkLayout(file, layout));
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  /** All of what `run` writes or, when it or the commit throws, nothing. */
  transaction<Result>(run: () => Result): Result {
    this.prepare("BEGIN IMMEDIATE").run();
    try {
      const result = run();
      this.prepare("COMMIT").run();
      return result;
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
      throw error;
    }
  }

  prepare(sql: string): StatementSync {
    const prepared = this.#statements.get(sql);
    if (prepared !== undefined) return prepared;
    if (this.#statements.size >= keptStatements) this.#statements.clear();
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  execute(sql: string): void {
    this.#connection.exec(sql);
  }

  /**
   * Copies the database page by page, between whatever else it is asked. Rejects with the signal's reason when it aborts.
   * The database stays open until then.
   */
  async backup(file: string, signal: AbortSignal): Promise<void> {
    const { backup } = loadSqlite();
    const progress = (): void => signal.throwIfAborted();
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        await backup(this.#connection, file, { rate: backupPages, progress });
        return;
      } catch (error) {
        // Its first step fell into a transaction. Later ones wait by themselves.
        if (attempt >= backupAttempts || (error as { readonly errcode?: unknown }).errcode !== busyCode)
          throw error;
        await setTimeout(attempt);
      }
    }
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #checkLayout(file: string, layout: DatabaseLayout): void {
    const { application_id: found } = this.prepare("PRAGMA application_id").get() ?? {};
    if (found === applicationId) return this.#checkVersion(file, layout);
    const { count } = this.prepare("SELECT count(*) AS count FROM sqlite_schema").get() ?? {};
    if (count !== 0) throw new HoldfastError("STATE_CORRUPT", `Not a database of Holdfast: ${file}`);
    this.execute(`
      PRAGMA application_id = ${applicationId};
      CREATE TABLE holdfast_store (version INTEGER NOT NULL, last_sequence INTEGER NOT NULL) STRICT;
      INSERT INTO holdfast_store VALUES (${layout.version}, 0);
      ${layout.create}`);
  }

  #checkVersion(file: string, { title, version: own }: DatabaseLayout): void {
    const { version } = this.prepare("SELECT version FROM holdfast_store").get() ?? {};
    if (version === own) return;
    throw new HoldfastError(
      "STATE_CORRUPT",
      `The ${title} have layout ${String(version)}, not ${own}: ${file}`,
      {
        hint: "Run the newer Holdfast that wrote them, or start afresh with --reset.",
      },
    );
  }
}
