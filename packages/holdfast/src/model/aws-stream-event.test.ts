import { expect, it } from "vitest";
import { toAwsStreamRecord, type StreamSource } from "./aws-stream-event.ts";
import type { Change } from "./table-request.ts";

const bytes = new Uint8Array([0, 255]);
const change: Change = {
  table: "games",
  kind: "modify",
  key: { id: { S: "a" } },
  old: { id: { S: "a" }, n: { N: "1" } },
  new: { id: { S: "a" }, all: { M: { b: { B: bytes }, bs: { BS: [bytes] }, l: { L: [{ B: bytes }] } } } },
  sequence: 7,
  atMs: 1_700_000_000_900,
};
const source: StreamSource = {
  table: "games",
  stream: "both",
  region: "eu-west-1",
  accountId: "000000000000",
};

it("has bytes in Base64, wherever they are, and times in whole seconds", () => {
  expect(toAwsStreamRecord(change, source)).toMatchObject({
    eventName: "MODIFY",
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      NewImage: { all: { M: { b: { B: "AP8=" }, bs: { BS: ["AP8="] }, l: { L: [{ B: "AP8=" }] } } } },
      OldImage: { n: { N: "1" } },
      SequenceNumber: "100000000000000000007",
    },
  });
});

it.each<[StreamSource["stream"], string, readonly string[]]>([
  ["keys", "KEYS_ONLY", []],
  ["new", "NEW_IMAGE", ["NewImage"]],
  ["old", "OLD_IMAGE", ["OldImage"]],
  ["both", "NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
])("a stream of %s is one of %s", (stream, StreamViewType, images) => {
  const { dynamodb } = toAwsStreamRecord(change, { ...source, stream });
  expect(dynamodb.StreamViewType).toBe(StreamViewType);
  expect(Object.keys(dynamodb).filter((name) => name.endsWith("Image"))).toEqual(images);
});

it("tells what expired from what was deleted", () => {
  const { old, key, table, sequence, atMs } = change;
  const removed: Change = { kind: "remove", key, table, sequence, atMs, ...(old !== undefined && { old }) };
  expect(toAwsStreamRecord(removed, source)).not.toHaveProperty("userIdentity");
  expect(toAwsStreamRecord({ ...removed, expired: true }, source)).toMatchObject({
    eventName: "REMOVE",
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
  });
});

it("has an id of its own for each change, the same each time", () => {
  const { eventID } = toAwsStreamRecord(change, source);
  expect(toAwsStreamRecord(change, source).eventID).toBe(eventID);
  expect(toAwsStreamRecord({ ...change, sequence: 8 }, source).eventID).not.toBe(eventID);
});
