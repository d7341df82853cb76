import type { Item } from "../../model/attribute-value.ts";
import { changeJournal } from "../../model/change-journal.ts";
import { hasExpired } from "../../model/expiry.ts";
import { exactKeyOf } from "../../model/table-key.ts";
import { sweepItems } from "../sweeper.ts";
import { writeAnswer, type StoredAnswer } from "./answer-codec.ts";
import { ByteReader } from "./byte-reader.ts";
import { Catalog } from "./catalog.ts";
import { ChangeRecorder } from "./change-recorder.ts";
import type { Database, DatabaseLayout } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import type { AnswerBatch, RequestBatch } from "./messages.ts";
import { runQuery, runScan } from "./page-runner.ts";
import { readRequest, type ArrivedRequest } from "./request-codec.ts";
import { runWrites, sweepTable } from "./write-runner.ts";

export const tablesLayout: DatabaseLayout = {
  title: "tables",
  version: 1,
  create: `
    CREATE TABLE holdfast_tables (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL
    ) STRICT;
    CREATE TABLE holdfast_indexes (
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (table_id, name)
    ) STRICT`,
};

interface TimedRequest {
  readonly request: ArrivedRequest;
  readonly nowMs: number;
  readonly isWatched: boolean;
}

/** Carries out the requests of tables. */
export class BatchRunner {
  readonly #database: Database;
  readonly #recorder: ChangeRecorder;
  readonly #group: GroupCommit<TimedRequest, StoredAnswer>;
  #catalog: Catalog;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#recorder = new ChangeRecorder(database, () => this.#catalog.find(changeJournal.name));
    this.#catalog = new Catalog(database);
    this.#group = new GroupCommit<TimedRequest, StoredAnswer>(database, file, {
      title: "tables",
      carryOut: ({ request, nowMs, isWatched }) => {
        this.#recorder.begin(nowMs, isWatched);
        return this.#carryOut(request, nowMs);
      },
      writeAnswer,
      beforeCommit: () => this.#recorder.save(),
      afterCommit: () => this.#recorder.commit(),
      afterRollback: () => {
        this.#recorder.rollBack();
        this.#catalog = new Catalog(this.#database);
      },
    });
  }

  /** Whether there are tables whose items expire. */
  get expires(): boolean {
    return this.#catalog.expires;
  }

  run(batches: readonly RequestBatch[]): AnswerBatch {
    const requests = batches.flatMap(readRequests);
    return { count: requests.length, bytes: this.#group.run(requests), ...this.#recorder.take() };
  }

  #carryOut(request: ArrivedRequest, nowMs: number): StoredAnswer {
    switch (request.kind) {
      case "get":
        return this.#get(request.table, request.key, nowMs);
      case "write":
        return runWrites(request.writes, this.#catalog, this.#recorder);
      case "query":
        return runQuery(request.request, this.#catalog, nowMs);
      case "scan":
        return runScan(request.request, this.#catalog, nowMs);
      case "define":
        this.#catalog.define(request.tables);
        return { kind: "defined", expires: this.#catalog.expires };
      case "sweep":
        return { kind: "swept", removed: this.#sweep() };
    }
  }

  #get(tableName: string, key: Item, nowMs: number): StoredAnswer {
    const table = this.#catalog.table(tableName);
    const row = table.get(exactKeyOf(table.definition, key));
    const isThere = row !== undefined && !hasExpired(row.expiresAtMs, nowMs);
    return { kind: "got", item: isThere ? row.itemBytes : undefined };
  }

  #sweep(): number {
    const expiring = this.#catalog.tables.filter(({ definition }) => definition.ttl !== undefined);
    return expiring.reduce(
      (removed, table) => removed + sweepTable(table, sweepItems - removed, this.#recorder),
      0,
    );
  }
}

function readRequests({ nowMs, isWatched, count, bytes }: RequestBatch): readonly TimedRequest[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: count }, () => ({ request: readRequest(reader), nowMs, isWatched }));
}
