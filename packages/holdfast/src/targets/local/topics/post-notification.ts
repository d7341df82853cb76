import { confirmationJson, subscriptionArn, topicArn } from "../../../model/aws-notification.ts";
import type { Subscription } from "../../../ports/topics.ts";

interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** What would fail again. */
export class PermanentFailure extends Error {}

/** SNS's (documented). */
const answerTimeoutMs = 15_000;

/** Resolves once the URL has answered well. An answer that is its own fault is tried again, any other is not (documented). */
export async function postNotification(
  url: string,
  body: string,
  {
    subscription,
    id,
    raw,
    place,
  }: {
    readonly subscription: Subscription;
    readonly id: string;
    readonly raw: boolean;
    readonly place: Place;
  },
): Promise<void> {
  await post(url, body, {
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": id,
    "x-amz-sns-topic-arn": topicArn(place, subscription.topic),
    "x-amz-sns-subscription-arn": subscriptionArn(place, subscription),
    ...(raw && { "x-amz-sns-rawdelivery": "true" }),
  });
}

export async function postConfirmation(
  url: string,
  confirmation: Parameters<typeof confirmationJson>[0],
  place: Place,
): Promise<void> {
  await post(url, confirmationJson(confirmation, place), {
    "x-amz-sns-message-type": "SubscriptionConfirmation",
    "x-amz-sns-message-id": confirmation.id,
    "x-amz-sns-topic-arn": topicArn(place, confirmation.topic),
  });
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
    },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const message = `${url} answered ${response.status}`;
  throw response.status >= 500 || response.status === 429
    ? new Error(message)
    : new PermanentFailure(message);
}
