import type { AwsServiceAnswer } from "../../ports/aws-services.ts";
import { xmlElement } from "../xml.ts";
import { accessControl } from "./access-control.ts";
import { s3Error, type S3ErrorCode } from "./s3-error.ts";
import {
  emptyAnswer,
  isoTime,
  ownerOf,
  xmlAnswer,
  type BucketOperation,
  type S3FaceOptions,
  type S3Request,
} from "./s3-request.ts";

/** Buckets are as old as the program's start: when they were first declared is not kept. */
export function listBuckets(options: S3FaceOptions, sinceMs: number): AwsServiceAnswer {
  const names = options.model()?.buckets.map(({ name }) => name) ?? [];
  const buckets = names
    .toSorted()
    .map((Name) => xmlElement("Bucket", { Name, CreationDate: isoTime(sinceMs) }, { indent: "    " }));
  const owner = xmlElement("Owner", ownerOf(options), { indent: "  " });
  const answer = xmlAnswer("ListAllMyBucketsResult", undefined);
  const inner = `${owner}  <Buckets>\n${buckets.join("")}  </Buckets>\n`;
  return {
    ...answer,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n${inner}</ListAllMyBucketsResult>\n`,
  };
}

/** Buckets are the app's to declare: what is there is owned, and nothing else comes to be. */
export function createBucket({ bucket = "" }: S3Request, isThere: boolean): AwsServiceAnswer {
  if (isThere) throw s3Error("BucketAlreadyOwnedByYou", { BucketName: bucket });
  const message = `The app declares no bucket ${bucket}, and no call makes one. Declare it in the app or its template.`;
  throw s3Error("NotImplemented", { BucketName: bucket }, message);
}

export const headBucket: BucketOperation = async ({ region }) =>
  emptyAnswer(200, { "x-amz-bucket-region": region, "content-type": "application/xml" });

/** Of us-east-1 S3 says nothing (documented). */
export const getLocation: BucketOperation = async ({ region }) =>
  xmlAnswer("LocationConstraint", region === "us-east-1" ? "" : region);

/** What a bucket answers that has nothing of the kind. */
const settings: Readonly<Record<string, (options: S3FaceOptions) => AwsServiceAnswer>> = {
  accelerate: () => xmlAnswer("AccelerateConfiguration", ""),
  acl: accessControl,
  // So of every bucket, since 2023 (documented).
  encryption: () =>
    xmlAnswer("ServerSideEncryptionConfiguration", {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
    }),
  lifecycle: refusing("NoSuchLifecycleConfiguration"),
  logging: () => xmlAnswer("BucketLoggingStatus", ""),
  notification: () => xmlAnswer("NotificationConfiguration", ""),
  "object-lock": refusing("ObjectLockConfigurationNotFoundError"),
  ownershipControls: refusing("OwnershipControlsNotFoundError"),
  policy: refusing("NoSuchBucketPolicy"),
  policyStatus: refusing("NoSuchBucketPolicy"),
  publicAccessBlock: refusing("NoSuchPublicAccessBlockConfiguration"),
  replication: refusing("ReplicationConfigurationNotFoundError"),
  requestPayment: () => xmlAnswer("RequestPaymentConfiguration", { Payer: "BucketOwner" }),
  tagging: refusing("NoSuchTagSet"),
  versioning: () => xmlAnswer("VersioningConfiguration", ""),
};

function refusing(code: S3ErrorCode): () => AwsServiceAnswer {
  return () => {
    throw s3Error(code);
  };
}

/** Those that S3 keeps apart from a bucket's objects, each asked for by a name in the query. */
const otherSettings = [
  "analytics",
  "intelligent-tiering",
  "inventory",
  "metrics",
  "session",
  "metadataTable",
];

export function settingOf(query: URLSearchParams): string | undefined {
  return [...Object.keys(settings), ...otherSettings].find((name) => query.has(name));
}

/** Throws `NotImplemented` for what is not even answered with that there is nothing. */
export function getSetting(name: string, options: S3FaceOptions): AwsServiceAnswer {
  const answer = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (answer === undefined) throw notImplemented(`GetBucket, ?${name}`);
  return answer(options);
}

export function notImplemented(call: string): Error {
  return s3Error("NotImplemented", {}, `S3 does not do this here: ${call}`);
}
