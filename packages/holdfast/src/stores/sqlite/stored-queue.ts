import { randomUUID } from "node:crypto";
import type { SQLOutputValue, StatementSync } from "node:sqlite";

import type { Queue } from "../../model/aws-resources.ts";
import type {
  NewMessage,
  QueueCounts,
  ReceiptOutcome,
  ReceivedMessage,
  SentMessage,
} from "../../ports/queue-store.ts";
import { readHandle, toHandle } from "../queue-receipt.ts";
import { deduplicationIdOf, deduplicationMs, isWornOut, sequenceNumberOf } from "../queue-rules.ts";
import type { Database } from "./database.ts";

type Row = Readonly<Record<string, SQLOutputValue>>;

type KeptMessage = Omit<NewMessage, "delayMs"> & Pick<ReceivedMessage, "deadLetterOf">;

interface NewRow {
  readonly id: string;
  readonly message: KeptMessage;
  readonly sentAtMs: number;
  readonly visibleAtMs: number;
}

const freeSql =
  "SELECT * FROM messages WHERE queue_id = ? AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?";
/**
 * While one of a group is out, none of it is free, nor is what stands behind one that is delayed. Gone through in the
 * order of arrival, so that it ends with the first that are free, however many wait behind them.
 */
const freeInGroupsSql = `
  SELECT * FROM messages AS one INDEXED BY messages_by_arrival WHERE queue_id = ?1 AND visible_at <= ?2
  AND group_id IS NOT NULL AND group_id NOT IN (
    SELECT group_id FROM messages
    WHERE queue_id = ?1 AND visible_at > ?2 AND receive_count > 0 AND group_id IS NOT NULL
  )
  AND NOT EXISTS (
    SELECT 1 FROM messages AS other
    WHERE other.queue_id = ?1 AND other.group_id = one.group_id AND other.visible_at > ?2
    AND other.sequence < one.sequence
  )
  ORDER BY sequence LIMIT ?3`;

/** One queue's rows. */
export class StoredQueue {
  readonly definition: Queue;
  readonly #id: number;
  readonly #database: Database;

  constructor(database: Database, id: number, definition: Queue) {
    this.#database = database;
    this.#id = id;
    this.definition = definition;
  }

  send(message: NewMessage, nowMs: number): SentMessage {
    const deduplicationId = deduplicationIdOf(this.definition, message);
    const known = deduplicationId === undefined ? undefined : this.#known(deduplicationId, nowMs);
    if (known !== undefined) return known;
    const { delayMs = this.definition.delayMs, ...rest } = message;
    const id = randomUUID();
    const sequence = this.#insert({
      id,
      message: { ...rest, ...(deduplicationId !== undefined && { deduplicationId }) },
      sentAtMs: nowMs,
      visibleAtMs: nowMs + delayMs,
    });
    if (deduplicationId !== undefined)
      this.#run("INSERT INTO deduplications VALUES (?, ?, ?, ?, ?)").run(
        this.#id,
        deduplicationId,
        nowMs + deduplicationMs,
        id,
        sequence,
      );
    return { id, ...sequenceNumberOf(this.definition, sequence) };
  }

  /** Those that were received too often go to `letters`. */
  receive(
    maximum: number,
    nowMs: number,
    visibilityTimeoutMs: number,
    letters: StoredQueue | undefined,
  ): { readonly messages: readonly ReceivedMessage[]; readonly hasBuried: boolean } {
    this.#forget(nowMs);
    const taken: Row[] = [];
    let hasBuried = false;
    for (;;) {
      // Nothing is marked as out yet: what this call takes of a group does not hold up the rest of it.
      const free = this.#free(nowMs, maximum);
      const worn = free.filter((row) => isWornOut(this.definition, Number(row.receive_count)));
      if (worn.length === 0 || letters === undefined) {
        taken.push(...free);
        break;
      }
      for (const row of worn) letters.#accept(row, this.definition.name, nowMs);
      for (const row of worn) this.#remove(row);
      hasBuried = true;
    }
    return { messages: taken.map((row) => this.#take(row, nowMs, visibilityTimeoutMs)), hasBuried };
  }

  /** When time alone makes another message visible. */
  nextAtMs(nowMs: number): number | undefined {
    const row = this.#run(
      "SELECT min(visible_at) AS next FROM messages WHERE queue_id = ? AND visible_at > ?",
    ).get(this.#id, nowMs);
    return typeof row?.next === "number" ? row.next : undefined;
  }

  delete(handle: string, nowMs: number): ReceiptOutcome {
    const found = this.#find(handle);
    if (typeof found === "string") return found;
    // A FIFO queue may have given the next of its group to somebody else (documented).
    if (this.definition.fifo && Number(found.visible_at) <= nowMs) return "expired";
    this.#remove(found);
    return "done";
  }

  changeVisibility(handle: string, visibilityTimeoutMs: number, nowMs: number): ReceiptOutcome {
    const found = this.#find(handle);
    if (typeof found === "string") return found;
    if (Number(found.visible_at) <= nowMs) return "expired";
    this.#run("UPDATE messages SET visible_at = ? WHERE sequence = ?").run(
      nowMs + visibilityTimeoutMs,
      Number(found.sequence),
    );
    return "done";
  }

  purge(): void {
    this.#run("DELETE FROM messages WHERE queue_id = ?").run(this.#id);
  }

  counts(nowMs: number): QueueCounts {
    this.#forget(nowMs);
    const row = this.#run(
      `SELECT count(*) AS messages, count(*) FILTER (WHERE visible_at > ?1) AS hidden,
         count(*) FILTER (WHERE visible_at > ?1 AND receive_count > 0) AS out FROM messages WHERE queue_id = ?2`,
    ).get(nowMs, this.#id);
    const [messages, hidden, inFlight] = [row?.messages, row?.hidden, row?.out].map(Number) as [
      number,
      number,
      number,
    ];
    return { visible: messages - hidden, inFlight, delayed: hidden - inFlight };
  }

  /** Takes a dead letter. In a FIFO queue its time begins anew, elsewhere it goes on (documented). */
  #accept(row: Row, from: string, nowMs: number): void {
    this.#insert({
      id: String(row.id),
      message: { ...readMessage(row), deadLetterOf: from },
      sentAtMs: this.definition.fifo ? nowMs : Number(row.sent_at),
      visibleAtMs: nowMs,
    });
  }

  #insert({ id, message, sentAtMs, visibleAtMs }: NewRow): number {
    const { lastInsertRowid } = this.#run(
      `INSERT INTO messages (queue_id, id, group_id, message, sent_at, visible_at, first_received_at, receive_count)
       VALUES (?, ?, ?, ?, ?, ?, 0, 0)`,
    ).run(
      this.#id,
      id,
      this.definition.fifo ? (message.groupId ?? null) : null,
      JSON.stringify(message),
      sentAtMs,
      visibleAtMs,
    );
    return Number(lastInsertRowid);
  }

  #known(deduplicationId: string, nowMs: number): SentMessage | undefined {
    this.#run("DELETE FROM deduplications WHERE queue_id = ? AND until <= ?").run(this.#id, nowMs);
    const row = this.#run(
      "SELECT message_id, sequence FROM deduplications WHERE queue_id = ? AND id = ?",
    ).get(this.#id, deduplicationId);
    if (row === undefined) return undefined;
    return { id: String(row.message_id), ...sequenceNumberOf(this.definition, Number(row.sequence)) };
  }

  /** In the order in which they became visible; in a FIFO queue in the order in which they came. */
  #free(nowMs: number, maximum: number): readonly Row[] {
    return this.definition.fifo
      ? this.#run(freeInGroupsSql).all(this.#id, nowMs, maximum)
      : this.#run(freeSql).all(this.#id, nowMs, maximum);
  }

  #take(row: Row, nowMs: number, visibilityTimeoutMs: number): ReceivedMessage {
    const sequence = Number(row.sequence);
    const receiveCount = Number(row.receive_count) + 1;
    const firstReceivedAtMs = receiveCount === 1 ? nowMs : Number(row.first_received_at);
    this.#run(
      "UPDATE messages SET visible_at = ?, first_received_at = ?, receive_count = ? WHERE sequence = ?",
    ).run(nowMs + visibilityTimeoutMs, firstReceivedAtMs, receiveCount, sequence);
    return {
      ...readMessage(row),
      id: String(row.id),
      ...sequenceNumberOf(this.definition, sequence),
      handle: toHandle({ queue: this.definition.name, sequence, count: receiveCount }),
      receiveCount,
      sentAtMs: Number(row.sent_at),
      firstReceivedAtMs,
    };
  }

  #find(handle: string): Row | "unknown" | "gone" | "expired" {
    const receipt = readHandle(handle);
    if (receipt?.queue !== this.definition.name) return "unknown";
    const row = this.#run("SELECT * FROM messages WHERE sequence = ? AND queue_id = ?").get(
      receipt.sequence,
      this.#id,
    );
    if (row === undefined) return "gone";
    return Number(row.receive_count) === receipt.count ? row : "expired";
  }

  #remove({ sequence }: Row): void {
    this.#run("DELETE FROM messages WHERE sequence = ?").run(Number(sequence));
  }

  #forget(nowMs: number): void {
    this.#run("DELETE FROM messages WHERE queue_id = ? AND sent_at <= ?").run(
      this.#id,
      nowMs - this.definition.retentionMs,
    );
  }

  #run(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }
}

function readMessage({ message }: Row): KeptMessage {
  return JSON.parse(String(message)) as KeptMessage;
}
