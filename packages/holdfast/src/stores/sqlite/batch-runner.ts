import { HoldfastError } from "../../base/errors.ts";
import type { Item } from "../../model/attribute-value.ts";
import { hasExpired } from "../../model/expiry.ts";
import { exactKeyOf } from "../../model/table-key.ts";
import { sweepItems } from "../sweeper.ts";
import { writeAnswer, type StoredAnswer } from "./answer-codec.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { Catalog } from "./catalog.ts";
import { ChangeRecorder } from "./change-recorder.ts";
import type { Database } from "./database.ts";
import { toFailure, type AnswerBatch, type RequestBatch } from "./messages.ts";
import { runQuery, runScan } from "./page-runner.ts";
import { readRequest, type ArrivedRequest } from "./request-codec.ts";
import { toStorageError } from "./storage-error.ts";
import { runWrites, sweepTable } from "./write-runner.ts";

interface TimedRequest {
  readonly request: ArrivedRequest;
  readonly nowMs: number;
  readonly isWatched: boolean;
}

/** Carries out requests in groups: one transaction, and so one commit, for all that have arrived. */
export class BatchRunner {
  readonly #database: Database;
  readonly #file: string;
  readonly #recorder: ChangeRecorder;
  readonly #answers = new ByteWriter();
  #catalog: Catalog;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#recorder = new ChangeRecorder(database);
    this.#catalog = new Catalog(database);
  }

  /** Whether there are tables whose items expire. */
  get expires(): boolean {
    return this.#catalog.expires;
  }

  run(batches: readonly RequestBatch[]): AnswerBatch {
    const requests = batches.flatMap(readRequests);
    try {
      this.#runTogether(requests);
    } catch {
      // A fault of the storage ends the whole transaction. Alone, each request gets what is its own.
      for (const request of requests) this.#runAlone(request);
    }
    return { count: requests.length, bytes: this.#answers.take(), ...this.#recorder.take() };
  }

  /** Throws, with nothing done and nothing answered, when the storage fails. */
  #runTogether(requests: readonly TimedRequest[]): void {
    const start = this.#answers.length;
    try {
      this.#database.transaction(() => {
        for (const request of requests) this.#write(this.#answer(request));
        this.#recorder.save();
      });
      this.#recorder.commit();
    } catch (error) {
      this.#answers.truncate(start);
      this.#recorder.rollBack();
      this.#catalog = new Catalog(this.#database);
      throw error;
    }
  }

  #runAlone(request: TimedRequest): void {
    try {
      this.#runTogether([request]);
    } catch (error) {
      const failure = toFailure(toStorageError(error, this.#file));
      this.#write({ kind: "failed", failure });
    }
  }

  #write(answer: StoredAnswer): void {
    this.#answers.writeSized(() => writeAnswer(this.#answers, answer));
  }

  /** What the request itself does wrong is an answer; it has written nothing then. Faults of the storage are thrown. */
  #answer({ request, nowMs, isWatched }: TimedRequest): StoredAnswer {
    this.#recorder.begin(nowMs, isWatched);
    try {
      return this.#carryOut(request, nowMs);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return { kind: "failed", failure: toFailure(error) };
    }
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
