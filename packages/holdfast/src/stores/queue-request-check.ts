import { HoldfastError } from "../base/errors.ts";
import type { Queue } from "../model/aws-resources.ts";
import { messageBytes } from "../model/queue-message.ts";
import type { NewMessage, ReceiveRequest, VisibilityChange } from "../ports/queue-store.ts";

/** As SQS has them (documented). */
const maximumDelayMs = 900_000;
const maximumVisibilityMs = 43_200_000;
/** Of one request; a function's batch may have so many. */
const maximumReceived = 10_000;
const maximumWaitMs = 20_000;
/** Of one request: no more than are sent together on AWS. */
const maximumSent = 10;

export function queueRequestInvalid(message: string): HoldfastError {
  return new HoldfastError("QUEUE_REQUEST_INVALID", message);
}

/** Throws when two have one name, or one's dead letters would go nowhere; `isKnown` tells of those that are there. */
export function checkQueues(queues: readonly Queue[], isKnown: (name: string) => boolean): void {
  const names = queues.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw queueRequestInvalid(`Two queues are named ${repeated}`);
  for (const { name, deadLetter } of queues) {
    if (deadLetter === undefined || names.includes(deadLetter.queue) || isKnown(deadLetter.queue)) continue;
    throw queueRequestInvalid(
      `The dead letters of the queue ${name} go to ${deadLetter.queue}, which is not there`,
    );
  }
}

/** Throws for what that queue does not take. */
export function checkMessages(queue: Queue, messages: readonly NewMessage[]): void {
  if (messages.length < 1 || messages.length > maximumSent)
    throw queueRequestInvalid(`1 to ${maximumSent} messages are sent together, not ${messages.length}`);
  for (const message of messages) checkMessage(queue, message);
}

function checkMessage(queue: Queue, message: NewMessage): void {
  const { body, delayMs, groupId, deduplicationId } = message;
  if (body === "") throw queueRequestInvalid("A message's body is empty");
  const bytes = messageBytes(message);
  if (bytes > queue.maximumMessageBytes) {
    throw queueRequestInvalid(
      `The message has ${bytes} bytes; the queue ${queue.name} takes ${queue.maximumMessageBytes}`,
    );
  }
  if (delayMs !== undefined) checkSpan("A message's delay", delayMs, maximumDelayMs);
  if (!queue.fifo) {
    if (deduplicationId === undefined) return;
    throw queueRequestInvalid(`A deduplication id is for FIFO queues, and ${queue.name} is none`);
  }
  if (delayMs !== undefined)
    throw queueRequestInvalid(`Messages of the FIFO queue ${queue.name} have no delay of their own`);
  if (groupId === undefined)
    throw queueRequestInvalid(`A message of the FIFO queue ${queue.name} needs a group`);
  if (deduplicationId === undefined && !queue.contentBasedDeduplication) {
    throw queueRequestInvalid(
      `A message of the FIFO queue ${queue.name}, which does not go by bodies, needs a deduplication id`,
    );
  }
}

export function checkReceive({ maximum, waitMs, visibilityTimeoutMs }: ReceiveRequest): void {
  if (!Number.isInteger(maximum) || maximum < 1 || maximum > maximumReceived)
    throw queueRequestInvalid(`1 to ${maximumReceived} messages are received together, not ${maximum}`);
  checkSpan("A wait", waitMs, maximumWaitMs);
  if (visibilityTimeoutMs !== undefined)
    checkSpan("A visibility timeout", visibilityTimeoutMs, maximumVisibilityMs);
}

export function checkChanges(changes: readonly VisibilityChange[]): void {
  for (const { visibilityTimeoutMs } of changes)
    checkSpan("A visibility timeout", visibilityTimeoutMs, maximumVisibilityMs);
}

function checkSpan(what: string, spanMs: number, maximumMs: number): void {
  if (Number.isFinite(spanMs) && spanMs >= 0 && spanMs <= maximumMs) return;
  throw queueRequestInvalid(`${what} is 0 to ${maximumMs} milliseconds, not ${spanMs}`);
}
