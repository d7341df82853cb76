import { createHash } from "node:crypto";

/** As far as checksums and sizes go by it. Of `Binary`, the value is Base64. */
export interface SummedAttribute {
  readonly type: string;
  readonly value: string;
}

export type SummedAttributes = Readonly<Record<string, SummedAttribute>>;

/** A message as whoever received it has it. Times are milliseconds since 1970. */
export interface QueuedMessage {
  readonly id: string;
  readonly handle: string;
  readonly body: string;
  readonly attributes?: SummedAttributes;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly senderId?: string;
  readonly traceHeader?: string;
  readonly deadLetterOf?: string;
  readonly receiveCount: number;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
}

/** What the queue tells of a message, in SQS's names; everything is text. */
export function systemAttributesOf(
  message: QueuedMessage,
  arnOf: (queue: string) => string,
): Readonly<Record<string, string>> {
  const { groupId, deduplicationId, sequenceNumber, traceHeader, deadLetterOf } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: message.senderId ?? "holdfast",
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    ...(deadLetterOf !== undefined && { DeadLetterQueueSourceArn: arnOf(deadLetterOf) }),
  };
}

/** The body's checksum, which receivers verify. */
export function md5OfBody(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/**
 * The attributes' checksum, in the form that SQS documents and SDKs verify: in the order of their names, each with its
 * type and value behind their lengths, and a byte that tells text from bytes.
 */
export function md5OfAttributes(attributes: SummedAttributes): string {
  const hash = createHash("md5");
  const addSized = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hash.update(length).update(bytes);
  };
  // Names are ASCII, so that the order of code units is that of bytes.
  for (const name of Object.keys(attributes).toSorted()) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    addSized(Buffer.from(name));
    addSized(Buffer.from(attribute.type));
    hash.update(Uint8Array.of(isBinary(attribute) ? 2 : 1));
    addSized(bytesOf(attribute));
  }
  return hash.digest("hex");
}

export function isBinary({ type }: Pick<SummedAttribute, "type">): boolean {
  return type === "Binary" || type.startsWith("Binary.");
}

/** What SQS weighs: the body, and the names, types and values of the attributes (documented). */
export function messageBytes(message: {
  readonly body: string;
  readonly attributes?: SummedAttributes;
}): number {
  const attributes = Object.entries(message.attributes ?? {});
  return attributes.reduce(
    (sum, [name, one]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(one.type) + bytesOf(one).byteLength,
    Buffer.byteLength(message.body),
  );
}

function bytesOf(attribute: SummedAttribute): Buffer {
  return Buffer.from(attribute.value, isBinary(attribute) ? "base64" : "utf8");
}
