import { createHash } from "node:crypto";

import type { Queue } from "../model/aws-resources.ts";
import type { NewMessage } from "../ports/queue-store.ts";

/** How long a FIFO queue knows a deduplication id again (documented). */
export const deduplicationMs = 300_000;

/** Where the queue is FIFO: what the message is known again by. */
export function deduplicationIdOf(queue: Queue, { body, deduplicationId }: NewMessage): string | undefined {
  if (!queue.fifo) return undefined;
  return deduplicationId ?? createHash("sha256").update(body).digest("hex");
}

/** As many digits as AWS's have. */
export function sequenceNumberOf(queue: Queue, sequence: number): { readonly sequenceNumber?: string } {
  return queue.fifo ? { sequenceNumber: String(sequence).padStart(20, "0") } : {};
}

export function isWornOut({ deadLetter }: Queue, receiveCount: number): boolean {
  return deadLetter !== undefined && receiveCount >= deadLetter.maximumReceives;
}
