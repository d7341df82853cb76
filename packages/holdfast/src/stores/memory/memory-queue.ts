import { randomUUID } from "node:crypto";

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

export interface KeptMessage {
  readonly sequence: number;
  readonly id: string;
  readonly message: Omit<NewMessage, "delayMs"> & Pick<ReceivedMessage, "deadLetterOf">;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedAtMs: number;
}

interface Known {
  readonly sent: SentMessage;
  readonly untilMs: number;
}

/** One queue's messages, in the order in which they came. Goes through all of them whenever it is asked. */
export class MemoryQueue {
  definition: Queue;
  readonly #nextSequence: () => number;
  #kept: KeptMessage[] = [];
  /** By deduplication id. */
  readonly #known = new Map<string, Known>();

  constructor(definition: Queue, nextSequence: () => number) {
    this.definition = definition;
    this.#nextSequence = nextSequence;
  }

  send(message: NewMessage, nowMs: number): SentMessage {
    const deduplicationId = deduplicationIdOf(this.definition, message);
    const known = deduplicationId === undefined ? undefined : this.#known.get(deduplicationId);
    if (known !== undefined && known.untilMs > nowMs) return known.sent;
    const { delayMs = this.definition.delayMs, ...rest } = message;
    const kept: KeptMessage = {
      sequence: this.#nextSequence(),
      id: randomUUID(),
      message: { ...rest, ...(deduplicationId !== undefined && { deduplicationId }) },
      sentAtMs: nowMs,
      visibleAtMs: nowMs + delayMs,
      receiveCount: 0,
      firstReceivedAtMs: 0,
    };
    this.#kept.push(kept);
    const sent = { id: kept.id, ...sequenceNumberOf(this.definition, kept.sequence) };
    if (deduplicationId !== undefined)
      this.#known.set(deduplicationId, { sent, untilMs: nowMs + deduplicationMs });
    return sent;
  }

  /** Calls `bury` with those that were received too often. */
  receive(
    maximum: number,
    nowMs: number,
    visibilityTimeoutMs: number,
    bury: (message: KeptMessage) => void,
  ): readonly ReceivedMessage[] {
    this.#forget(nowMs);
    const taken: KeptMessage[] = [];
    // Those that are free now: what this call takes of a group does not hold up the rest of it.
    for (const kept of this.#free(nowMs)) {
      if (taken.length >= maximum) break;
      if (isWornOut(this.definition, kept.receiveCount)) {
        this.#remove(kept);
        bury(kept);
      } else taken.push(kept);
    }
    return taken.map((kept) => {
      kept.receiveCount += 1;
      kept.visibleAtMs = nowMs + visibilityTimeoutMs;
      if (kept.receiveCount === 1) kept.firstReceivedAtMs = nowMs;
      return this.#toReceived(kept);
    });
  }

  /** When time alone makes another message visible. */
  nextAtMs(nowMs: number): number | undefined {
    const later = this.#kept.map(({ visibleAtMs }) => visibleAtMs).filter((atMs) => atMs > nowMs);
    return later.length === 0 ? undefined : Math.min(...later);
  }

  delete(handle: string, nowMs: number): ReceiptOutcome {
    const found = this.#find(handle);
    if (typeof found === "string") return found;
    // A FIFO queue may have given the next of its group to somebody else (documented).
    if (this.definition.fifo && found.visibleAtMs <= nowMs) return "expired";
    this.#remove(found);
    return "done";
  }

  changeVisibility(handle: string, visibilityTimeoutMs: number, nowMs: number): ReceiptOutcome {
    const found = this.#find(handle);
    if (typeof found === "string") return found;
    if (found.visibleAtMs <= nowMs) return "expired";
    found.visibleAtMs = nowMs + visibilityTimeoutMs;
    return "done";
  }

  /** Takes a dead letter. In a FIFO queue its time begins anew, elsewhere it goes on (documented). */
  accept({ message, id, sentAtMs }: KeptMessage, from: string, nowMs: number): void {
    this.#kept.push({
      sequence: this.#nextSequence(),
      id,
      message: { ...message, deadLetterOf: from },
      sentAtMs: this.definition.fifo ? nowMs : sentAtMs,
      visibleAtMs: nowMs,
      receiveCount: 0,
      firstReceivedAtMs: 0,
    });
  }

  purge(): void {
    this.#kept = [];
  }

  counts(nowMs: number): QueueCounts {
    this.#forget(nowMs);
    const hidden = this.#kept.filter(({ visibleAtMs }) => visibleAtMs > nowMs);
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    return { visible: this.#kept.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** In the order in which they became visible; in a FIFO queue in the order in which they came. */
  #free(nowMs: number): readonly KeptMessage[] {
    const visible = this.#kept.filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    if (!this.definition.fifo) return visible.toSorted((a, b) => a.visibleAtMs - b.visibleAtMs);
    return visible.filter(
      (one) =>
        !this.#kept.some(
          (other) =>
            other.message.groupId === one.message.groupId &&
            other.visibleAtMs > nowMs &&
            (other.receiveCount > 0 || other.sequence < one.sequence),
        ),
    );
  }

  #forget(nowMs: number): void {
    this.#kept = this.#kept.filter(({ sentAtMs }) => sentAtMs + this.definition.retentionMs > nowMs);
    for (const [id, { untilMs }] of this.#known) if (untilMs <= nowMs) this.#known.delete(id);
  }

  #find(handle: string): KeptMessage | "unknown" | "gone" | "expired" {
    const receipt = readHandle(handle);
    if (receipt?.queue !== this.definition.name) return "unknown";
    const found = this.#kept.find(({ sequence }) => sequence === receipt.sequence);
    if (found === undefined) return "gone";
    return found.receiveCount === receipt.count ? found : "expired";
  }

  #remove(message: KeptMessage): void {
    this.#kept = this.#kept.filter((kept) => kept !== message);
  }

  #toReceived({ sequence, id, message, sentAtMs, ...rest }: KeptMessage): ReceivedMessage {
    const { receiveCount, firstReceivedAtMs } = rest;
    return {
      ...message,
      id,
      ...sequenceNumberOf(this.definition, sequence),
      handle: toHandle({ queue: this.definition.name, sequence, count: receiveCount }),
      receiveCount,
      sentAtMs,
      firstReceivedAtMs,
    };
  }
}
