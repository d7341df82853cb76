import { isRecord } from "../../base/is-record.ts";
import { subscriptionArn, topicArn } from "../../model/aws-notification.ts";
import type { SubscriptionOptions, TopicReceiver } from "../../model/receivers.ts";
import type { OperationInput } from "../service-face.ts";
import type { XmlValue } from "../xml.ts";
import { optionalRecord, optionalText, requiredText } from "./members.ts";
import { invalidParameter } from "./sns-error.ts";
import { optionTexts, readOptions, type AttributeTexts } from "./subscription-attributes.ts";
import { readSubscriptionArn, subscriptionOf } from "./subscription-reads.ts";
import { topicOf, type Surroundings } from "./surroundings.ts";

type Result = Readonly<Record<string, XmlValue>>;

/** `origin`: where whoever asks reaches SNS; the subscriber at a URL is to confirm there. */
export async function subscribe(
  surroundings: Surroundings,
  input: OperationInput,
  origin: string,
): Promise<Result> {
  const { topics, place } = surroundings;
  const topic = topicOf(surroundings, input);
  const receiver = readReceiver(surroundings, input);
  const options = readOptions(attributeTexts(input), surroundings);
  const urlOf = (Token: string): string =>
    `${origin}/?${new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topicArn(place, topic.name), Token }).toString()}`;
  const made = await topics.subscribe(
    topic.name,
    { ...receiver, ...options },
    "url" in receiver ? { urlOf } : undefined,
  );
  if (!isSame(made.to, options, surroundings))
    throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
  const isShown = made.confirmed || optionalText(input, "ReturnSubscriptionArn") === "true";
  return { SubscriptionArn: isShown ? subscriptionArn(place, made) : "pending confirmation" };
}

export async function confirmSubscription(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<Result> {
  const topic = topicOf(surroundings, input);
  const confirmed = await surroundings.topics.confirm(topic.name, requiredText(input, "Token"));
  if (confirmed === undefined) throw invalidParameter("Token");
  return { SubscriptionArn: subscriptionArn(surroundings.place, confirmed) };
}

export async function setSubscriptionAttributes(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<undefined> {
  const { id, to } = await subscriptionOf(surroundings, input);
  const name = requiredText(input, "AttributeName");
  const texts = {
    ...optionTexts(to, surroundings.place),
    [name]: optionalText(input, "AttributeValue") ?? "",
  };
  await surroundings.topics.change(id, readOptions(texts, surroundings));
}

/** One that is gone already is no error (chosen; what SNS says is not known). */
export async function unsubscribe(surroundings: Surroundings, input: OperationInput): Promise<undefined> {
  await surroundings.topics.unsubscribe(readSubscriptionArn(input).id);
}

function readReceiver({ model }: Surroundings, input: OperationInput): TopicReceiver {
  const protocol = requiredText(input, "Protocol");
  const endpoint = optionalText(input, "Endpoint") ?? "";
  const name = endpoint.split(":")[5];
  switch (protocol) {
    case "sqs":
      if (name !== undefined && model()?.queues.some((one) => one.name === name) === true)
        return { queue: name };
      throw invalidParameter("SQS endpoint ARN");
    case "lambda": {
      const to = endpoint.split(":")[6];
      if (to !== undefined && model()?.functions.some((one) => one.name === to) === true)
        return { function: to };
      throw invalidParameter("Lambda endpoint ARN");
    }
    case "http":
    case "https":
      if (endpoint.startsWith(`${protocol}://`) && URL.canParse(endpoint)) return { url: endpoint };
      throw invalidParameter("Endpoint must match the specified protocol");
    default:
      throw invalidParameter(`Does not support this protocol string: ${protocol}`);
  }
}

function attributeTexts(input: OperationInput): AttributeTexts {
  const attributes = optionalRecord(input, "Attributes");
  return Object.fromEntries(
    Object.entries(isRecord(attributes) ? attributes : {}).map(([name, value]) => [
      name,
      typeof value === "string" ? value : "",
    ]),
  );
}

function isSame(one: SubscriptionOptions, other: SubscriptionOptions, { place }: Surroundings): boolean {
  return JSON.stringify(optionTexts(one, place)) === JSON.stringify(optionTexts(other, place));
}
