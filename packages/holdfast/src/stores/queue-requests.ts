import type { Queue } from "../model/aws-resources.ts";
import type {
  NewMessage,
  QueueCounts,
  ReceiptOutcome,
  ReceivedMessage,
  SentMessage,
  VisibilityChange,
} from "../ports/queue-store.ts";

/** What a queue store does at one moment: nothing of it waits. */
export type QueueRequest =
  | { readonly kind: "define"; readonly queues: readonly Queue[] }
  | { readonly kind: "send"; readonly queue: string; readonly messages: readonly NewMessage[] }
  | {
      readonly kind: "receive";
      readonly queue: string;
      readonly maximum: number;
      readonly visibilityTimeoutMs?: number;
    }
  | { readonly kind: "delete"; readonly queue: string; readonly handles: readonly string[] }
  | { readonly kind: "change"; readonly queue: string; readonly changes: readonly VisibilityChange[] }
  | { readonly kind: "purge"; readonly queue: string }
  | { readonly kind: "count"; readonly queue: string };

export type QueueAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "sent"; readonly messages: readonly SentMessage[] }
  | {
      readonly kind: "received";
      readonly messages: readonly ReceivedMessage[];
      /** When a message becomes visible next, where that is only a matter of time. */
      readonly nextAtMs?: number;
      /** Where messages went that were received too often. */
      readonly deadLettersIn?: string;
    }
  | { readonly kind: "settled"; readonly outcomes: readonly ReceiptOutcome[] }
  | { readonly kind: "counted"; readonly counts: QueueCounts };
