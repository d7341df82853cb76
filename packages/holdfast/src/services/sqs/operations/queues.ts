import type { Queue } from "../../../model/aws-resources.ts";
import type { Operation, OperationInput, OperationOutput } from "../../service-face.ts";
import { optionalRecord, optionalText, optionalWhole, requiredText, textList } from "../members.ts";
import { findQueue, queueUrl } from "../queue-address.ts";
import { declaredAttributes, queueAttributes, selectQueueAttributes } from "../queue-attributes.ts";
import { sqsError } from "../sqs-error.ts";
import { queueOf, type SqsSurroundings } from "../surroundings.ts";

const pageSize = { from: 1, to: 1_000, reason: "Must be between 1 and 1000, if provided." };

/** Finding queues, and what is known of them. */
export function queueReads(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  const { declared, place, queues } = around;
  return {
    async GetQueueUrl(input) {
      const name = requiredText(input, "QueueName");
      const owner = optionalText(input, "QueueOwnerAWSAccountId") ?? place.accountId;
      const queue = findQueue(declared, owner === place.accountId ? name : undefined);
      return { QueueUrl: queueUrl(queue, place) };
    },

    async ListQueues(input) {
      const prefix = optionalText(input, "QueueNamePrefix") ?? "";
      return pageOfUrls(
        around,
        declared.filter(({ name }) => name.startsWith(prefix)),
        input,
        "QueueUrls",
      );
    },

    async ListDeadLetterSourceQueues(input) {
      const { name } = queueOf(around, input);
      const sources = declared.filter(({ deadLetter }) => deadLetter?.queue === name);
      // With a small letter, unlike all others (documented).
      return { queueUrls: [], ...pageOfUrls(around, sources, input, "queueUrls") };
    },

    async GetQueueAttributes(input) {
      const queue = queueOf(around, input);
      const counts = await queues.counts(queue.name);
      const all = queueAttributes(queue, counts, place, around.startedAtMs);
      const Attributes = selectQueueAttributes(all, textList(input, "AttributeNames"));
      return Object.keys(Attributes).length === 0 ? {} : { Attributes };
    },

    async ListQueueTags(input) {
      queueOf(around, input);
      return {};
    },
  };
}

/** There are the queues that the app declares: none is made, changed or deleted, only emptied. */
export function queueWrites(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  const { declared, place, queues } = around;
  return {
    async SetQueueAttributes(input) {
      const queue = queueOf(around, input);
      const changed = firstDifference(around, queue, optionalRecord(input, "Attributes"));
      if (changed === undefined) return {};
      throw unsupported(`The attribute ${changed} of ${queue.name} is what the app's template says.`);
    },

    /** Once a minute on AWS; here as often as somebody likes. */
    async PurgeQueue(input) {
      await queues.purge(queueOf(around, input).name);
      return {};
    },

    async CreateQueue(input) {
      const name = requiredText(input, "QueueName");
      const queue = declared.find((one) => one.name === name);
      if (queue === undefined) throw unsupported(`There is no queue ${name}: add it to the app's template.`);
      const changed = firstDifference(around, queue, optionalRecord(input, "Attributes"));
      if (changed === undefined) return { QueueUrl: queueUrl(queue, place) };
      throw sqsError(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${changed}`,
      );
    },

    async DeleteQueue(input) {
      const { name } = queueOf(around, input);
      throw unsupported(`The queue ${name} is of the app's template: take it out there.`);
    },
  };
}

function unsupported(message: string): Error {
  return sqsError("UnsupportedOperation", message);
}

/** The name of the first attribute that is given otherwise than the queue has it. Policies that count are the template's. */
function firstDifference(
  { place }: SqsSurroundings,
  queue: Queue,
  given: OperationInput,
): string | undefined {
  const own = new Map(Object.entries(declaredAttributes(queue, place)));
  return Object.entries(given).find(
    ([name, value]) => name !== "Policy" && !isSame(own.get(name) ?? "", String(value)),
  )?.[0];
}

/** Policies are JSON, whose spaces and order are free. */
function isSame(own: string, given: string): boolean {
  return own === given || (own.startsWith("{") && sortedJson(own) === sortedJson(given));
}

function sortedJson(text: string): string {
  try {
    const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const names = Object.keys(members).toSorted();
    return JSON.stringify(names.map((name) => [name, String(members[name])]));
  } catch {
    return text;
  }
}

/** The token is the last name of the page before. */
function pageOfUrls(
  { place }: SqsSurroundings,
  found: readonly Queue[],
  input: OperationInput,
  name: "QueueUrls" | "queueUrls",
): OperationOutput {
  const size = optionalWhole(input, "MaxResults", pageSize);
  const after = optionalText(input, "NextToken") ?? "";
  const left = found
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter((queue) => after === "" || queue.name > after);
  const page = left.slice(0, size ?? pageSize.to);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { [name]: page.map((queue) => queueUrl(queue, place)) }),
    // Only who asked for pages gets them (documented).
    ...(size !== undefined && last !== undefined && page.length < left.length && { NextToken: last.name }),
  };
}
