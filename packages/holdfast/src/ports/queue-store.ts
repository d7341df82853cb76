import type { Queue } from "../model/aws-resources.ts";

/**
 * Queues in SQS's terms. Implementations pass `test/contract/queue-store.ts`; the memory store is the reference. Duties:
 * - What is acknowledged survives kill -9 (save in memory stores).
 * - A message is received by one receiver at a time; unless it is deleted it comes back once its visibility timeout is
 *   over. One that was received too often moves to its dead-letter queue instead.
 * - FIFO queues keep the order within a group: while a message of a group is out, no later one of it is received; what
 *   has a deduplication id that came within the last five minutes is acknowledged and not stored again.
 * - Messages go once they are older than the queue keeps them.
 *
 * Every call may reject with `QUEUE_REQUEST_INVALID` (unknown queue, a message over the bound), `STORE_OVERLOADED`,
 * `STORE_FAILED` or, when the disk fails, one of the `STATE_` codes.
 */
export interface QueueStore {
  /** Makes the queues exist as described; what is in them stays. Queues that are not named stay. */
  define(queues: readonly Queue[]): Promise<void>;

  /** All or nothing. Resolves with them in their order; what came before has the id that it had then. */
  send(queue: string, messages: readonly NewMessage[]): Promise<readonly SentMessage[]>;

  /**
   * Up to `maximum` messages, waiting up to `waitMs` for the first. Resolves with none when the signal aborts, or the
   * store closes, while it waits.
   */
  receive(queue: string, request: ReceiveRequest, signal?: AbortSignal): Promise<readonly ReceivedMessage[]>;

  /** Resolves with what became of each, in their order. */
  delete(queue: string, handles: readonly string[]): Promise<readonly ReceiptOutcome[]>;

  /** From now on each is invisible for so long; none at all makes it visible. Resolves as `delete` does. */
  changeVisibility(queue: string, changes: readonly VisibilityChange[]): Promise<readonly ReceiptOutcome[]>;

  purge(queue: string): Promise<void>;

  counts(queue: string): Promise<QueueCounts>;

  close(): Promise<void>;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** Instead of the queue's; not of FIFO queues. */
  readonly delayMs?: number;
  /** Of FIFO queues, which need it. */
  readonly groupId?: string;
  /** Of FIFO queues; without it the body stands for it, where the queue says so. */
  readonly deduplicationId?: string;
  readonly senderId?: string;
  /** Of X-Ray: what the message is part of. */
  readonly traceHeader?: string;
}

export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, with a label of one's own behind a dot. */
  readonly type: string;
  /** Of `Binary`: Base64. */
  readonly value: string;
}

export interface SentMessage {
  readonly id: string;
  /** Of FIFO queues: 20 digits that rise with each message. */
  readonly sequenceNumber?: string;
}

export interface ReceiveRequest {
  /** 1 to 10, or more where a function is fed. */
  readonly maximum: number;
  readonly waitMs: number;
  /** Instead of the queue's. */
  readonly visibilityTimeoutMs?: number;
}

export interface ReceivedMessage extends Omit<NewMessage, "delayMs">, SentMessage {
  /** Names this receipt: what it takes to delete the message. */
  readonly handle: string;
  /** 1 at the first. */
  readonly receiveCount: number;
  /** Milliseconds since 1970. */
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
  /** Of dead letters: the queue that it came from. */
  readonly deadLetterOf?: string;
}

export interface VisibilityChange {
  readonly handle: string;
  readonly visibilityTimeoutMs: number;
}

/**
 * What a receipt led to: `done`; `gone` where its message is; `expired` where the message was received again since, or,
 * where it has to be out (in FIFO queues, and to change its visibility), is visible again; `unknown` where it is
 * none of the queue's. Only with `done` has anything changed.
 */
export type ReceiptOutcome = "done" | "gone" | "expired" | "unknown";

export interface QueueCounts {
  readonly visible: number;
  /** Received and not deleted yet. */
  readonly inFlight: number;
  readonly delayed: number;
}
