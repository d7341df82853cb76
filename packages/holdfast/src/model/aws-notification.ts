/** Where on AWS a topic is. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** A topic's message on its way to one of its subscriptions. */
export interface Notification {
  readonly id: string;
  readonly topic: string;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Of those that are not `String`. */
  readonly attributeTypes?: Readonly<Record<string, string>> | undefined;
  readonly publishedAtMs: number;
  readonly sequenceNumber?: string | undefined;
  /** The end of the subscription's ARN. */
  readonly subscription: string;
}

export function topicArn({ region, accountId }: Place, topic: string): string {
  return `arn:aws:sns:${region}:${accountId}:${topic}`;
}

export function subscriptionArn(
  place: Place,
  { topic, id }: { readonly topic: string; readonly id: string },
) {
  return `${topicArn(place, topic)}:${id}`;
}

/** Nothing is signed: signature and certificate are those of nobody. */
export const unsigned = { SignatureVersion: "1", Signature: "" };

export function signingCertificateUrl({ region }: Place): string {
  return `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`;
}

export function unsubscribeUrl(place: Place, arn: string): string {
  return `https://sns.${place.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;
}

type MessageAttributes = Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;

export function notifiedAttributes({
  attributes = {},
  attributeTypes = {},
}: Pick<Notification, "attributes" | "attributeTypes">): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, Value]) => [
      name,
      { Type: attributeTypes[name] ?? "String", Value },
    ]),
  );
}

/** What queues and URLs get: SNS's envelope (documented), laid out in lines as SNS does. */
export function notificationJson(notification: Notification, place: Place): string {
  const { id, topic, text, subject, publishedAtMs, sequenceNumber, subscription } = notification;
  const attributes = notifiedAttributes(notification);
  return JSON.stringify(
    {
      Type: "Notification",
      MessageId: id,
      ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
      TopicArn: topicArn(place, topic),
      ...(subject !== undefined && { Subject: subject }),
      Message: text,
      Timestamp: new Date(publishedAtMs).toISOString(),
      ...unsigned,
      SigningCertURL: signingCertificateUrl(place),
      UnsubscribeURL: unsubscribeUrl(place, subscriptionArn(place, { topic, id: subscription })),
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    },
    undefined,
    2,
  );
}

/** What a URL gets before it gets messages: a token, and what to fetch to say that it wants them. */
export function confirmationJson(
  {
    id,
    topic,
    token,
    subscribeUrl,
    timeMs,
  }: {
    readonly id: string;
    readonly topic: string;
    readonly token: string;
    readonly subscribeUrl: string;
    readonly timeMs: number;
  },
  place: Place,
): string {
  const arn = topicArn(place, topic);
  return JSON.stringify(
    {
      Type: "SubscriptionConfirmation",
      MessageId: id,
      Token: token,
      TopicArn: arn,
      Message: `You have chosen to subscribe to the topic ${arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: subscribeUrl,
      Timestamp: new Date(timeMs).toISOString(),
      ...unsigned,
      SigningCertURL: signingCertificateUrl(place),
    },
    undefined,
    2,
  );
}
