import { isRecord } from "../../base/is-record.ts";
import type { Topic } from "../../model/app-model.ts";
import { maximumTopicMessageBytes } from "../../model/topic-limits.ts";
import type { TopicMessage } from "../../ports/topic-bus.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput } from "../service-face.ts";
import type { XmlValue } from "../xml.ts";
import { optionalText, recordList } from "./members.ts";
import { readMessageAttributes } from "./message-attributes.ts";
import { invalidParameter, toSnsError } from "./sns-error.ts";
import { topicByArn, topicOf, type Surroundings } from "./surroundings.ts";

type Result = Readonly<Record<string, XmlValue>>;

export async function publish(surroundings: Surroundings, input: OperationInput): Promise<Result> {
  if (optionalText(input, "PhoneNumber") !== undefined)
    throw invalidParameter("PhoneNumber Reason: no messages are sent to phones here");
  const parameter = optionalText(input, "TopicArn") === undefined ? "TargetArn" : "TopicArn";
  const arn = optionalText(input, parameter) ?? "";
  if (arn === "") throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  const topic = topicByArn(surroundings, arn, parameter);
  const message = readMessage(topic, input);
  if (bytesOf(message) > maximumTopicMessageBytes) throw invalidParameter("Message too long");
  const { id, sequenceNumber } = await surroundings.topics.publish(topic.name, message);
  return { MessageId: id, SequenceNumber: sequenceNumber };
}

const maximumEntries = 10;

/** Each message by itself, save for the sum of their sizes. */
export async function publishBatch(surroundings: Surroundings, input: OperationInput): Promise<Result> {
  const topic = topicOf(surroundings, input);
  const entries = recordList(input, "PublishBatchRequestEntries").map((entry) => ({
    id: optionalText(entry, "Id") ?? "",
    entry,
  }));
  checkEntries(entries.map(({ id }) => id));
  const read = entries.map(({ id, entry }) => ({ id, message: attempt(() => readMessage(topic, entry)) }));
  const bytes = read.reduce(
    (sum, { message }) => sum + (message instanceof AwsServiceError ? 0 : bytesOf(message)),
    0,
  );
  if (bytes > maximumTopicMessageBytes) {
    throw new AwsServiceError(
      "BatchRequestTooLong",
      `The length of all the batch messages put together is more than the limit.`,
    );
  }
  const Successful: XmlValue[] = [];
  const Failed: XmlValue[] = [];
  // One after another: their order is the publisher's.
  for (const { id, message } of read) {
    try {
      if (message instanceof AwsServiceError) throw message;
      const published = await surroundings.topics.publish(topic.name, message);
      Successful.push({ Id: id, MessageId: published.id, SequenceNumber: published.sequenceNumber });
    } catch (error) {
      const { code, message: reason, status } = toSnsError(error);
      Failed.push({ Id: id, Code: code, Message: reason, SenderFault: status < 500 });
    }
  }
  return { Successful, Failed };
}

function checkEntries(ids: readonly string[]): void {
  if (ids.length === 0)
    throw new AwsServiceError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (ids.length > maximumEntries) {
    throw new AwsServiceError(
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsServiceError(
      "InvalidBatchEntryId",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsServiceError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  }
}

function attempt<T>(run: () => T): T | AwsServiceError {
  try {
    return run();
  } catch (error) {
    return toSnsError(error);
  }
}

function readMessage(topic: Topic, input: OperationInput): TopicMessage {
  const text = optionalText(input, "Message") ?? "";
  if (text === "") throw invalidParameter("Empty message");
  const subject = readSubject(input);
  return {
    text,
    ...(subject !== undefined && { subject }),
    ...readMessageAttributes(input),
    ...(isPerProtocol(input, text) && { perProtocol: true }),
    ...readIds(topic, input),
  };
}

/** One line of up to 100 characters (documented); an empty one is none. */
function readSubject(input: OperationInput): string | undefined {
  const subject = optionalText(input, "Subject");
  if (subject === undefined || subject === "") return undefined;
  // oxlint-disable-next-line no-control-regex -- These are what it looks for.
  if (subject.length > 100 || /[\u0000-\u001F]/.test(subject)) throw invalidParameter("Subject");
  return subject;
}

function isPerProtocol(input: OperationInput, text: string): boolean {
  const structure = optionalText(input, "MessageStructure");
  if (structure === undefined || structure === "") return false;
  if (structure !== "json") throw invalidParameter("MessageStructure");
  const texts = parse(text);
  if (!isRecord(texts)) throw invalidParameter("Message Structure - JSON message body failed to parse");
  if (typeof texts.default !== "string")
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readIds(topic: Topic, input: OperationInput): Pick<TopicMessage, "groupId" | "deduplicationId"> {
  const groupId = optionalText(input, "MessageGroupId");
  const deduplicationId = optionalText(input, "MessageDeduplicationId");
  for (const [name, id] of Object.entries({
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
  }))
    if (id !== undefined && !/^[!-~]{1,128}$/.test(id)) throw invalidParameter(name);
  if (topic.fifo !== true) {
    if (deduplicationId === undefined) return {};
    throw invalidParameter(
      "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  if (groupId === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (deduplicationId === undefined && topic.contentBasedDeduplication !== true) {
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, ...(deduplicationId !== undefined && { deduplicationId }) };
}

/** What counts for SNS's bound: text, and attributes with their names and types (documented). */
function bytesOf({ text, subject = "", attributes = {}, attributeTypes = {} }: TopicMessage): number {
  const texts = [text, subject, ...Object.entries(attributes).flat(), ...Object.values(attributeTypes)];
  return texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
}
