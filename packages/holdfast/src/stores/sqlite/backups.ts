import type { HoldfastError } from "../../base/errors.ts";
import type { Database } from "./database.ts";
import { toFailure, type BackupOutcome } from "./messages.ts";

/** The copies of a database that are being made. */
export class Backups {
  readonly #database: Pick<Database, "backup">;
  readonly #toError: (file: string, error: unknown) => HoldfastError;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(database: Pick<Database, "backup">, toError: (file: string, error: unknown) => HoldfastError) {
    this.#database = database;
    this.#toError = toError;
  }

  /** Never rejects: what went wrong is in the outcome. */
  run(file: string): Promise<BackupOutcome> {
    const running = this.#database.backup(file, this.#stopping.signal).then(
      () => ({ backedUpTo: file }),
      (error: unknown) => ({ backedUpTo: file, failure: toFailure(this.#toError(file, error)) }),
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
    return running;
  }

  /** Gives up what is being made; the database may be closed then. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }
}
