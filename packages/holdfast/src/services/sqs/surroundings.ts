import type { Queue } from "../../model/aws-resources.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { OperationInput } from "../service-face.ts";
import { requiredText } from "./members.ts";
import { findQueueByUrl, type QueuePlace } from "./queue-address.ts";

/** What an operation of one request works with. */
export interface SqsSurroundings {
  readonly queues: QueueStore;
  readonly declared: readonly Queue[];
  readonly place: QueuePlace;
  /** When the queues came to be, as far as anybody knows: when the app started. */
  readonly startedAtMs: number;
  /** Ends its waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** The one that the input's `QueueUrl` names. */
export function queueOf({ declared, place }: SqsSurroundings, input: OperationInput): Queue {
  return findQueueByUrl(declared, requiredText(input, "QueueUrl"), place);
}
