import type { Topic } from "../../model/app-model.ts";
import { topicArn } from "../../model/aws-notification.ts";
import { pageOf, sortByKey } from "../page.ts";
import type { OperationInput } from "../service-face.ts";
import { FlatList, type XmlValue } from "../xml.ts";
import { optionalText, requiredText } from "./members.ts";
import { invalidParameter, notFound } from "./sns-error.ts";
import { topicOf, type Surroundings } from "./surroundings.ts";

type Result = Readonly<Record<string, XmlValue>>;

/** Of a list (documented). */
export const pageSize = 100;

export function listTopics({ model, place }: Surroundings, input: OperationInput): Result {
  const arns = (model()?.topics ?? []).map(({ name }) => topicArn(place, name));
  const page = pageOf(sortByKey(arns, self), self, { limit: pageSize, token: readToken(input) });
  if (page === undefined) throw invalidParameter("NextToken");
  return { Topics: page.items.map((TopicArn) => ({ TopicArn })), NextToken: page.token };
}

export async function getTopicAttributes(surroundings: Surroundings, input: OperationInput): Promise<Result> {
  const topic = topicOf(surroundings, input);
  const { accountId } = surroundings.place;
  const subscriptions = (await surroundings.topics.subscriptions()).filter((one) => one.topic === topic.name);
  const confirmed = subscriptions.filter((one) => one.confirmed).length;
  return attributesXml({
    TopicArn: topicArn(surroundings.place, topic.name),
    Owner: accountId,
    DisplayName: "",
    Policy: JSON.stringify(topic.policy?.document ?? defaultPolicy(topic, surroundings.place)),
    EffectiveDeliveryPolicy: JSON.stringify(deliveryPolicy),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    SubscriptionsDeleted: "0",
    ...(topic.fifo === true && {
      FifoTopic: "true",
      ContentBasedDeduplication: String(topic.contentBasedDeduplication === true),
    }),
  });
}

/** A topic that there is; others are the app's to declare. */
export function createTopic({ model, place }: Surroundings, input: OperationInput): Result {
  const name = requiredText(input, "Name");
  if (!/^[\w-]{1,256}(?:\.fifo)?$/.test(name)) throw invalidParameter("Topic Name");
  if (model()?.topics.some((one) => one.name === name) !== true)
    throw invalidParameter(
      `Name Reason: the app declares no topic ${name}, and topics are not made at run time`,
    );
  return { TopicArn: topicArn(place, name) };
}

/** What a template tags is not kept. */
export function listTagsForResource(surroundings: Surroundings, input: OperationInput): Result {
  const name = requiredText(input, "ResourceArn").split(":")[5];
  if (surroundings.model()?.topics.some((one) => one.name === name) !== true) throw notFound("Resource");
  return { Tags: [] };
}

/** A map, as the query protocol has it. */
export function attributesXml(attributes: Readonly<Record<string, string | undefined>>): Result {
  const entries = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value }],
  );
  return { Attributes: { entry: new FlatList(entries) } };
}

export function readToken(input: OperationInput): string | undefined {
  const token = optionalText(input, "NextToken");
  return token === "" ? undefined : token;
}

const self = (text: string): string => text;

/** What topics have that nobody gave a policy. */
function defaultPolicy({ name }: Topic, place: Surroundings["place"]) {
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:ListSubscriptionsByTopic"],
        Resource: topicArn(place, name),
        Condition: { StringEquals: { "AWS:SourceOwner": place.accountId } },
      },
    ],
  };
}

/** What is really done here. */
const deliveryPolicy = {
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 1,
      maxDelayTarget: 4,
      numRetries: 3,
      numNoDelayRetries: 0,
      backoffFunction: "exponential",
    },
    disableSubscriptionOverrides: false,
  },
};
