import type { Queue } from "../../model/aws-resources.ts";
import { queueRequestInvalid } from "../queue-request-check.ts";
import type { QueueAnswer, QueueRequest } from "../queue-requests.ts";
import { ByteReader } from "./byte-reader.ts";
import { readData, writeData } from "./data-codec.ts";
import type { Database, DatabaseLayout } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import type { AnswerBatch, FailedAnswer, RequestBatch } from "./messages.ts";
import { StoredQueue } from "./stored-queue.ts";
import type { LinkCodec } from "./thread-link.ts";

/** A message's `sequence` is never given twice: handles that are left over must not meet another message. */
export const queuesLayout: DatabaseLayout = {
  title: "queues",
  version: 1,
  create: `
    CREATE TABLE queues (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL) STRICT;
    CREATE TABLE messages (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue_id INTEGER NOT NULL, id TEXT NOT NULL, group_id TEXT,
      message TEXT NOT NULL, sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, first_received_at INTEGER NOT NULL,
      receive_count INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX messages_by_arrival ON messages (queue_id, sequence, group_id, visible_at) WHERE group_id IS NOT NULL;
    CREATE INDEX messages_by_visibility ON messages (queue_id, visible_at, sequence);
    CREATE INDEX messages_by_age ON messages (queue_id, sent_at);
    CREATE INDEX messages_by_group ON messages (queue_id, group_id, visible_at) WHERE group_id IS NOT NULL;
    CREATE TABLE deduplications (
      queue_id INTEGER NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, message_id TEXT NOT NULL,
      sequence INTEGER NOT NULL, PRIMARY KEY (queue_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deduplications_by_end ON deduplications (queue_id, until)`,
};

export const queueCodec: LinkCodec<QueueRequest, QueueAnswer> = {
  writeRequest: writeData,
  readAnswer: (reader) => readData(reader) as QueueAnswer | FailedAnswer,
};

interface TimedRequest {
  readonly request: QueueRequest;
  readonly nowMs: number;
}

/** Carries out the requests of queues. */
export class QueueRunner {
  readonly expires = false;
  readonly #database: Database;
  readonly #group: GroupCommit<TimedRequest, QueueAnswer>;
  #queues: ReadonlyMap<string, StoredQueue>;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#queues = readQueues(database);
    this.#group = new GroupCommit<TimedRequest, QueueAnswer>(database, file, {
      title: "queues",
      carryOut: ({ request, nowMs }) => this.#carryOut(request, nowMs),
      writeAnswer: writeData,
      afterRollback: () => {
        this.#queues = readQueues(database);
      },
    });
  }

  run(batches: readonly RequestBatch[]): AnswerBatch {
    const requests = batches.flatMap(readRequests);
    return {
      count: requests.length,
      bytes: this.#group.run(requests),
      changeCount: 0,
      changes: new Uint8Array(0),
    };
  }

  #carryOut(request: QueueRequest, nowMs: number): QueueAnswer {
    if (request.kind === "define") return this.#define(request.queues);
    const queue = this.#queue(request.queue);
    switch (request.kind) {
      case "send":
        return { kind: "sent", messages: request.messages.map((message) => queue.send(message, nowMs)) };
      case "receive":
        return this.#receive(queue, request, nowMs);
      case "delete":
        return { kind: "settled", outcomes: request.handles.map((handle) => queue.delete(handle, nowMs)) };
      case "change":
        return {
          kind: "settled",
          outcomes: request.changes.map((one) =>
            queue.changeVisibility(one.handle, one.visibilityTimeoutMs, nowMs),
          ),
        };
      case "purge":
        queue.purge();
        return { kind: "done" };
      case "count":
        return { kind: "counted", counts: queue.counts(nowMs) };
    }
  }

  #define(queues: readonly Queue[]): QueueAnswer {
    const put = this.#database.prepare(
      "INSERT INTO queues (name, definition) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
    );
    for (const queue of queues) put.run(queue.name, JSON.stringify(queue));
    this.#queues = readQueues(this.#database);
    return { kind: "done" };
  }

  #receive(
    queue: StoredQueue,
    request: QueueRequest & { readonly kind: "receive" },
    nowMs: number,
  ): QueueAnswer {
    const { deadLetter, visibilityTimeoutMs: usual } = queue.definition;
    const letters = deadLetter === undefined ? undefined : this.#queue(deadLetter.queue);
    const hiddenMs = request.visibilityTimeoutMs ?? usual;
    const { messages, hasBuried } = queue.receive(request.maximum, nowMs, hiddenMs, letters);
    const nextAtMs = queue.nextAtMs(nowMs);
    return {
      kind: "received",
      messages,
      ...(nextAtMs !== undefined && { nextAtMs }),
      ...(hasBuried && letters !== undefined && { deadLettersIn: letters.definition.name }),
    };
  }

  #queue(name: string): StoredQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueRequestInvalid(`There is no queue ${name}`);
    return queue;
  }
}

function readQueues(database: Database): ReadonlyMap<string, StoredQueue> {
  const rows = database.prepare("SELECT id, definition FROM queues").all();
  const queues = rows.map(
    ({ id, definition }) => new StoredQueue(database, Number(id), JSON.parse(String(definition)) as Queue),
  );
  return new Map(queues.map((queue) => [queue.definition.name, queue]));
}

function readRequests({ nowMs, count, bytes }: RequestBatch): readonly TimedRequest[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: count }, () => ({ request: readData(reader) as QueueRequest, nowMs }));
}
