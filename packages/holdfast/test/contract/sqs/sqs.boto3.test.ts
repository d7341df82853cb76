import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { hasBoto3 } from "../../setup/python.ts";
import { startMoto } from "../../support/moto-server.ts";
import { declaredQueues, startSqsServer } from "./sqs-server.ts";

interface Result {
  readonly call: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly Code: string; readonly Message: string };
}

const isReady = hasBoto3();

test.skipIf(!isReady)(
  "boto3 gets the same in both of its protocols, and verifies it (needs boto3)",
  async () => {
    const json = await askOwn("json");
    const query = await askOwn("query");
    expect(json.length).toBeGreaterThan(40);
    expect(json.map(mask)).toEqual(query.map(mask));
    const body = "höi\r\n\t<&>'\" ✓ 🎲";
    const received = json.filter(({ call }) => call === "receive_message").flatMap(messagesOf);
    expect(received.slice(0, 2)).toMatchObject([
      {
        Body: body,
        Attributes: { SenderId: "AKIATEST", ApproximateReceiveCount: "1" },
        MessageAttributes: { raw: { DataType: "Binary", BinaryValue: "bytes 0001ff" } },
      },
      {
        Body: body,
        Attributes: { ApproximateReceiveCount: "2" },
        MessageAttributes: { kind: { StringValue: "höi ✓ <&>" }, count: { DataType: "Number.int" } },
      },
    ]);
    expect(received[0]?.MessageAttributes).not.toHaveProperty("count");
  },
);

test.skipIf(!isReady)("moto says the same, but for what is listed (needs moto)", async (context) => {
  const moto = await startMoto();
  if (moto === undefined) return context.skip("python3 has no moto");
  onTestFinished(() => moto.close());
  await createQueues(moto.endpoint);
  const theirs = await ask(moto.endpoint, "json");
  const own = await askOwn("json");
  const differing = own.filter((one, at) => mask(one) !== mask(theirs[at] ?? { call: "none" }));
  expect(
    differing
      .map((one) => `${mask(one)} ${mask(theirs[own.indexOf(one)] ?? one)}`)
      .filter((one) => !isKnown(one)),
  ).toEqual([]);
});

function isKnown(difference: string): boolean {
  return knownDifferences.some(({ holds }) => holds.test(difference));
}

const knownDifferences: readonly { readonly why: string; readonly holds: RegExp }[] = [
  { why: "moto words it otherwise", holds: /"Code":"(?<code>[^"]+)","Message":.* .*"Code":"\k<code>"/ },
  { why: "moto lists queues in the order in which they were made", holds: /"call":"list_queues"/ },
  { why: "moto has the failures of a batch where there are none", holds: /"Failed":\[\]/ },
  { why: "moto has tags where there are none", holds: /"Tags":\{\}/ },
  { why: "moto takes control characters", holds: /InvalidMessageContents.* \{"body"/ },
  { why: "moto takes attributes that are empty", holds: /must contain a non-empty .* \{"body"/ },
  { why: "moto takes deduplication ids everywhere", holds: /MessageDeduplicationId is invalid.* \{"body"/ },
  { why: "moto numbers messages only where the queue has ids", holds: /"SequenceNumber"/ },
];

async function askOwn(protocol: "json" | "query"): Promise<readonly Result[]> {
  const server = await startSqsServer();
  try {
    return await ask(server.endpoint, protocol);
  } finally {
    await server.close();
  }
}

async function ask(endpoint: string, protocol: "json" | "query"): Promise<readonly Result[]> {
  const script = join(import.meta.dirname, "sqs_calls.py");
  const { stdout } = await promisify(execFile)("python3", [script, endpoint, protocol]);
  return JSON.parse(stdout) as readonly Result[];
}

/** Without what differs from run to run. */
function mask(result: Result): string {
  return JSON.stringify(sortKeys(result))
    .replaceAll(
      /"(?<name>SentTimestamp|ApproximateFirstReceiveTimestamp|ReceiptHandle|MessageId|SequenceNumber|SenderId)":"[^"]*"/g,
      '"$<name>"',
    )
    .replaceAll(/http:\/\/[\w.:]+\/\d+/g, "url")
    .replaceAll(/us-east-1:\d+:/g, "us-east-1::");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(members)
      .toSorted()
      .map((name) => [name, sortKeys(members[name])]),
  );
}

function messagesOf({ body }: Result): readonly Readonly<Record<string, unknown>>[] {
  return (body?.Messages ?? []) as readonly Readonly<Record<string, unknown>>[];
}

/** The dead letters' first. */
async function createQueues(endpoint: string): Promise<void> {
  for (const one of declaredQueues.toSorted(
    (a, b) => Number("deadLetter" in a) - Number("deadLetter" in b),
  )) {
    const { name, fifo, deadLetter, contentBasedDeduplication, maximumMessageBytes } = one;
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.CreateQueue",
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify({
        QueueName: name,
        Attributes: {
          MaximumMessageSize: String(maximumMessageBytes),
          ...(fifo && { FifoQueue: "true", ContentBasedDeduplication: String(contentBasedDeduplication) }),
          ...(deadLetter !== undefined && {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: `arn:aws:sqs:us-east-1:123456789012:${deadLetter.queue}`,
              maxReceiveCount: deadLetter.maximumReceives,
            }),
          }),
        },
      }),
    });
    expect(await response.text()).toContain("QueueUrl");
  }
}
