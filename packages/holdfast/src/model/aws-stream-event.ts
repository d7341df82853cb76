import { createHash } from "node:crypto";
import type { Table } from "./app-model.ts";
import type { AttributeValue, Item } from "./attribute-value.ts";
import { itemSizeBytes } from "./item-size.ts";
import type { Change } from "./table-request.ts";

/** The stream that a change comes in. */
export interface StreamSource {
  readonly table: string;
  readonly stream: NonNullable<Table["stream"]>;
  readonly region: string;
  readonly accountId: string;
}

/** A record of DynamoDB's streams, as Lambda functions get them. */
export type StreamRecord = Readonly<Record<string, unknown>> & {
  readonly dynamodb: Readonly<Record<string, unknown>> & { readonly SequenceNumber: string };
};

/** Streams are named after the time at which they were made; this one was always there. */
export const streamLabel = "2020-01-01T00:00:00.000";

export function streamArn({ table, region, accountId }: Omit<StreamSource, "stream">): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${table}/stream/${streamLabel}`;
}

const eventNames = { insert: "INSERT", modify: "MODIFY", remove: "REMOVE" } as const;
/** DynamoDB's words for what a stream shows of an item. */
export const streamViewTypes = {
  keys: "KEYS_ONLY",
  new: "NEW_IMAGE",
  old: "OLD_IMAGE",
  both: "NEW_AND_OLD_IMAGES",
} as const;

/** Key by key as documented. */
export function toAwsStreamRecord(change: Change, source: StreamSource): StreamRecord {
  const { kind, key, atMs, sequence, expired } = change;
  const { stream, region } = source;
  const now = stream === "new" || stream === "both" ? change.new : undefined;
  const old = stream === "old" || stream === "both" ? change.old : undefined;
  const eventSourceARN = streamArn(source);
  return {
    eventID: createHash("md5").update(`${eventSourceARN} ${sequence}`).digest("hex"),
    eventName: eventNames[kind],
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: region,
    dynamodb: {
      // Whole seconds.
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: toJson(key),
      ...(now !== undefined && { NewImage: toJson(now) }),
      ...(old !== undefined && { OldImage: toJson(old) }),
      SequenceNumber: sequenceNumber(sequence),
      SizeBytes: [key, now, old].reduce(
        (sum, item) => sum + (item === undefined ? 0 : itemSizeBytes(item)),
        0,
      ),
      StreamViewType: streamViewTypes[stream],
    },
    eventSourceARN,
    ...(expired === true && {
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    }),
  };
}

/** 21 digits, as DynamoDB's have, so that they are in order as texts too. */
export function sequenceNumber(sequence: number): string {
  return String(firstSequenceNumber + BigInt(sequence));
}

const firstSequenceNumber = 100_000_000_000_000_000_000n;

/** Bytes in Base64, as in AWS's JSON. */
function toJson(item: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueJson(value)]));
}

function valueJson(value: AttributeValue): unknown {
  if ("B" in value) return { B: base64(value.B) };
  if ("BS" in value) return { BS: value.BS.map(base64) };
  if ("L" in value) return { L: value.L.map(valueJson) };
  if ("M" in value) return { M: toJson(value.M) };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
