import { subscriptionArn, topicArn } from "../../model/aws-notification.ts";
import { receiverOf } from "../../model/receivers.ts";
import type { Subscription } from "../../ports/topics.ts";
import { pageOf, sortByKey } from "../page.ts";
import type { OperationInput } from "../service-face.ts";
import type { XmlValue } from "../xml.ts";
import { requiredText } from "./members.ts";
import { invalidParameter, notFound } from "./sns-error.ts";
import { optionTexts } from "./subscription-attributes.ts";
import { topicOf, type Surroundings } from "./surroundings.ts";
import { attributesXml, pageSize, readToken } from "./topic-reads.ts";

type Result = Readonly<Record<string, XmlValue>>;

export async function listSubscriptions(surroundings: Surroundings, input: OperationInput): Promise<Result> {
  return list(surroundings, input, await surroundings.topics.subscriptions());
}

export async function listSubscriptionsByTopic(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<Result> {
  const { name } = topicOf(surroundings, input);
  const all = await surroundings.topics.subscriptions();
  return list(
    surroundings,
    input,
    all.filter(({ topic }) => topic === name),
  );
}

export async function getSubscriptionAttributes(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<Result> {
  const { place } = surroundings;
  const subscription = await subscriptionOf(surroundings, input);
  return attributesXml({
    SubscriptionArn: subscriptionArn(place, subscription),
    TopicArn: topicArn(place, subscription.topic),
    Protocol: protocolOf(subscription),
    Endpoint: endpointOf(subscription, place),
    Owner: place.accountId,
    PendingConfirmation: String(!subscription.confirmed),
    ConfirmationWasAuthenticated: "true",
    SubscriptionPrincipal: `arn:aws:iam::${place.accountId}:root`,
    ...optionTexts(subscription.to, place),
  });
}

/** Throws `NotFound`, and `InvalidParameter` for what is no subscription's ARN. */
export async function subscriptionOf(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<Subscription> {
  const { topic, id } = readSubscriptionArn(input);
  const all = await surroundings.topics.subscriptions();
  const found = all.find((one) => one.id === id && one.topic === topic);
  if (found === undefined) throw notFound("Subscription");
  return found;
}

export function readSubscriptionArn(input: OperationInput): { readonly topic: string; readonly id: string } {
  const parts = requiredText(input, "SubscriptionArn").split(":");
  const [, , service, , , topic, id] = parts;
  if (parts.length === 7 && service === "sns" && topic !== undefined && id !== undefined)
    return { topic, id };
  throw invalidParameter(`SubscriptionArn Reason: An ARN must have at least 7 elements, not ${parts.length}`);
}

function list(
  { place }: Surroundings,
  input: OperationInput,
  subscriptions: readonly Subscription[],
): Result {
  const sorted = sortByKey(subscriptions, keyOf);
  const page = pageOf(sorted, keyOf, { limit: pageSize, token: readToken(input) });
  if (page === undefined) throw invalidParameter("NextToken");
  return {
    Subscriptions: page.items.map((one) => ({
      SubscriptionArn: one.confirmed ? subscriptionArn(place, one) : "PendingConfirmation",
      Owner: place.accountId,
      Protocol: protocolOf(one),
      Endpoint: endpointOf(one, place),
      TopicArn: topicArn(place, one.topic),
    })),
    NextToken: page.token,
  };
}

function keyOf({ topic, id }: Subscription): string {
  return `${topic}:${id}`;
}

function protocolOf({ to }: Subscription): string {
  const { kind, name } = receiverOf(to);
  if (kind === "function") return "lambda";
  if (kind === "queue") return "sqs";
  return name.startsWith("https:") ? "https" : "http";
}

function endpointOf({ to }: Subscription, { region, accountId }: Surroundings["place"]): string {
  const { kind, name } = receiverOf(to);
  if (kind === "function") return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return kind === "queue" ? `arn:aws:sqs:${region}:${accountId}:${name}` : name;
}
