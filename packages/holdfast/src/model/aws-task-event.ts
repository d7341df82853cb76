import { createHash } from "node:crypto";
import { isRecord } from "../base/is-record.ts";
import {
  notifiedAttributes,
  signingCertificateUrl,
  subscriptionArn,
  topicArn,
  unsigned,
  unsubscribeUrl,
  type Notification,
} from "./aws-notification.ts";
import type { TaskEvent } from "./gateway-event.ts";

/** Where on AWS the event is made. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * What the service behind a task hands to a Lambda function (documented, key by key): a topic's message as SNS, a
 * changed object as S3, a time that came as EventBridge. Everything else is its payload.
 */
export function toAwsTaskEvent(event: TaskEvent, place: Place): unknown {
  const { source, payload } = event;
  if (!isRecord(payload)) return payload;
  switch (source) {
    case "topic":
      return toSnsEvent(payload, place);
    case "bucket":
      return toS3Event(event, payload, place);
    case "schedule":
      return "input" in payload ? payload.input : toScheduledEvent(event, payload, place);
    case "call":
    case "queue":
    case "table":
    case "service":
    case "resource":
      return payload;
  }
}

type Payload = Readonly<Record<string, unknown>>;

function toSnsEvent(payload: Payload, place: Place) {
  // What `Topics` makes of a message; of tasks that are made otherwise, the subscription is the topic's one.
  const message = payload as unknown as Omit<Notification, "subscription"> & {
    readonly subscription?: string;
  };
  const { id, topic, text, subject = null, publishedAtMs } = message;
  const subscription = message.subscription ?? uuidOf("subscription", topic);
  const arn = subscriptionArn(place, { topic, id: subscription });
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: arn,
        Sns: {
          Type: "Notification",
          MessageId: id,
          TopicArn: topicArn(place, topic),
          Subject: subject,
          Message: text,
          Timestamp: isoTime(publishedAtMs),
          ...unsigned,
          SigningCertUrl: signingCertificateUrl(place),
          UnsubscribeUrl: unsubscribeUrl(place, arn),
          MessageAttributes: notifiedAttributes(message),
        },
      },
    ],
  };
}

/** By how an object came to be there. */
const creations: Readonly<Record<string, string | undefined>> = {
  put: "Put",
  copy: "Copy",
  multipart: "CompleteMultipartUpload",
};

function toS3Event(
  { requestId, requestTimeMs }: TaskEvent,
  { kind, bucket, key, facts, how, sequencer }: Payload,
  place: Place,
) {
  const { sizeBytes, etag, modifiedAtMs } = isRecord(facts) ? facts : {};
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: place.region,
        eventTime: isoTime(modifiedAtMs ?? requestTimeMs),
        eventName:
          kind === "delete" ? "ObjectRemoved:Delete" : `ObjectCreated:${creations[String(how)] ?? "Put"}`,
        userIdentity: { principalId: place.accountId },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": requestId },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: uuidOf("notification", bucket, kind),
          bucket: {
            name: bucket,
            ownerIdentity: { principalId: place.accountId },
            arn: `arn:aws:s3:::${String(bucket)}`,
          },
          object: {
            key: formEncoded(String(key)),
            ...(sizeBytes !== undefined && { size: sizeBytes, eTag: etag }),
            // Of two changes to one key the later has the larger (documented).
            sequencer: sequencer ?? requestTimeMs.toString(16).toUpperCase().padStart(18, "0"),
          },
        },
      },
    ],
  };
}

function toScheduledEvent({ requestId }: TaskEvent, { schedule, scheduledAtMs }: Payload, place: Place) {
  const { region, accountId } = place;
  return {
    version: "0",
    id: requestId,
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    // Whole seconds.
    time: isoTime(scheduledAtMs).replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${String(schedule)}`],
    detail: {},
  };
}

/** S3 writes keys as forms do: a space is a plus sign (documented). Slashes stay. */
function formEncoded(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}

function isoTime(timeMs: unknown): string {
  return new Date(Number(timeMs)).toISOString();
}

/** The same for the same names each time. */
function uuidOf(...names: readonly unknown[]): string {
  const hex = createHash("sha256").update(JSON.stringify(names)).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
