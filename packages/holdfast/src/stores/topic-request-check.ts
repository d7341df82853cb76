import { HoldfastError } from "../base/errors.ts";
import { maximumTopicMessageBytes } from "../model/topic-limits.ts";
import type { TopicDefinition, TopicMessage } from "../ports/topic-bus.ts";

// Requests may come from untyped code, so that types are looked at too.

export function topicRequestInvalid(message: string): HoldfastError {
  return new HoldfastError("TOPIC_REQUEST_INVALID", message);
}

/** Throws when two topics, or two subscribers of one, have one name. */
export function checkTopics(topics: readonly TopicDefinition[]): void {
  checkDistinct(topics, "topics");
  for (const { name, subscribers } of topics) checkDistinct(subscribers, `subscribers of topic ${name}`);
}

/** A copy that nobody can change, and what it weighs. */
export function checkMessage(message: TopicMessage): {
  readonly message: TopicMessage;
  readonly bytes: number;
} {
  const { text, subject, attributes = {}, ...more } = message ?? {};
  const isPlain = typeof attributes === "object" && attributes !== null;
  const texts = [
    text,
    ...(subject === undefined ? [] : [subject]),
    ...Object.entries(attributes ?? {}).flat(),
  ];
  if (!isPlain || !texts.every((one) => typeof one === "string")) {
    throw topicRequestInvalid("A message's text, subject and attributes are text");
  }
  if (text === "") throw topicRequestInvalid("A message's text is empty");
  const bytes = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (bytes > maximumTopicMessageBytes) {
    throw topicRequestInvalid(`The message has ${bytes} bytes; ${maximumTopicMessageBytes} are allowed`);
  }
  return {
    message: {
      ...more,
      text,
      ...(subject !== undefined && { subject }),
      ...(message.attributes !== undefined && { attributes: Object.freeze({ ...attributes }) }),
    },
    bytes,
  };
}

function checkDistinct(named: readonly { readonly name: string }[], what: string): void {
  const names = named.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw topicRequestInvalid(`Two ${what} are named ${repeated}`);
}
