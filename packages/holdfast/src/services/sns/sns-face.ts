import { isAwsHost } from "../../model/aws-hosts.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import { createQueryFace, type QueryOperation } from "../query-protocol.ts";
import type { OperationInput, ServiceFace } from "../service-face.ts";
import type { XmlValue } from "../xml.ts";
import { publish, publishBatch } from "./publish.ts";
import { toSnsError } from "./sns-error.ts";
import {
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
} from "./subscription-reads.ts";
import {
  confirmSubscription,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from "./subscription-writes.ts";
import type { Surroundings } from "./surroundings.ts";
import { createTopic, getTopicAttributes, listTagsForResource, listTopics } from "./topic-reads.ts";

/** Topics, their messages and their subscriptions. Topics themselves are the app's to declare. */
export function createSnsFace(surroundings: Surroundings): ServiceFace {
  return {
    service: "sns",
    // A face for each request: what confirms a subscription is where this one was sent to.
    answer: (request) =>
      createQueryFace({
        service: "sns",
        version: "2010-03-31",
        namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
        operations: operationsAt(surroundings, originOf(request)),
      }).answer(request),
  };
}

type SnsOperation = (
  surroundings: Surroundings,
  input: OperationInput,
  origin: string,
) => Promise<Readonly<Record<string, XmlValue>> | undefined> | Readonly<Record<string, XmlValue>>;

const snsOperations: Readonly<Record<string, SnsOperation>> = {
  Publish: publish,
  PublishBatch: publishBatch,
  CreateTopic: createTopic,
  ListTopics: listTopics,
  GetTopicAttributes: getTopicAttributes,
  ListTagsForResource: listTagsForResource,
  Subscribe: subscribe,
  ConfirmSubscription: confirmSubscription,
  Unsubscribe: unsubscribe,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
};

function operationsAt(surroundings: Surroundings, origin: string): Readonly<Record<string, QueryOperation>> {
  return Object.fromEntries(
    Object.entries(snsOperations).map(([name, operation]): [string, QueryOperation] => [
      name,
      async (input) => {
        try {
          return await operation(surroundings, input, origin);
        } catch (error) {
          throw toSnsError(error);
        }
      },
    ]),
  );
}

/** AWS's where it was asked by AWS's name: functions reach it so. */
function originOf({ host, headers, region }: Pick<AwsServiceRequest, "host" | "headers" | "region">): string {
  if (isAwsHost(host)) return `https://sns.${region}.amazonaws.com`;
  return `${headers["x-forwarded-proto"] === "https" ? "https" : "http"}://${headers.host ?? host}`;
}
