import { maximumObjectKeyBytes } from "../../model/bucket-limits.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import type { AwsServiceError } from "../aws-service-error.ts";
import type { ServiceFace } from "../service-face.ts";
import { xmlElement } from "../xml.ts";
import { readBucketAddress } from "./bucket-address.ts";
import { bucketOfWebsite } from "../../model/bucket-hosts.ts";
import { createBucket, listBuckets } from "./bucket-calls.ts";
import { chooseBucketOperation, chooseObjectOperation } from "./choose-operation.ts";
import { answerPreflight, corsHeaders } from "./cors.ts";
import { decodeBody } from "./chunked-body.ts";
import { checkExpiry, headersInQuery } from "./presigned.ts";
import { s3Error, toS3Error } from "./s3-error.ts";
import type { S3FaceOptions, S3Request } from "./s3-request.ts";
import { answerPage } from "./website.ts";

export type { S3FaceOptions } from "./s3-request.ts";

/**
 * S3, over the app's own buckets, without versions. Bodies come whole: one that is put, or a part of one, has at most
 * `maximumPutBytes`, and a chunked one about a hundredth more. An answer is whole, too: at most `maximumReadBytes`.
 */
export function createS3Face(options: S3FaceOptions): ServiceFace {
  const startedAtMs = options.clock.now();
  return {
    service: "s3",
    async answer(request) {
      const website = bucketOfWebsite(request.host);
      if (website !== undefined) return answerPage(website, request, options);
      const answer = await carryOut(request, options, startedAtMs).catch((thrown: unknown) =>
        errorAnswer(toS3Error(thrown), request),
      );
      const headers = { ...requestIds(request), ...corsOf(request, options), ...answer.headers };
      return { ...answer, headers };
    },
  };
}

async function carryOut(
  request: AwsServiceRequest,
  options: S3FaceOptions,
  startedAtMs: number,
): Promise<AwsServiceAnswer> {
  const address = readBucketAddress(request.host, request.target);
  const mark = request.target.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : request.target.slice(mark + 1));
  checkExpiry(query, options.clock);
  const decoded = decodeBody({ ...headersInQuery(query), ...request.headers }, request.body);
  const asked: S3Request = { ...request, ...decoded, ...address, query };
  const { bucket, key } = asked;
  if (bucket === undefined) {
    if (request.method === "GET") return listBuckets(options, startedAtMs);
    throw s3Error("MethodNotAllowed", { Method: request.method, ResourceType: "SERVICE" });
  }
  const isThere = options.model()?.buckets.some(({ name }) => name === bucket) === true;
  const isBare = key === undefined && [...query.keys()].every((name) => name === "x-id");
  if (request.method === "PUT" && isBare) return createBucket(asked, isThere);
  if (!isThere) throw s3Error("NoSuchBucket", { BucketName: bucket });
  const bucketRequest = { ...asked, bucket };
  if (request.method === "OPTIONS") return answerPreflight(bucketRequest, options.cors?.(bucket) ?? []);
  if (key === undefined) return chooseBucketOperation(bucketRequest)(bucketRequest, options);
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > maximumObjectKeyBytes)
    throw s3Error("KeyTooLongError", { Size: sizeBytes, MaxSizeAllowed: maximumObjectKeyBytes });
  const objectRequest = { ...bucketRequest, key };
  return chooseObjectOperation(objectRequest)(objectRequest, options);
}

/** Of errors, too: a page reads why it was refused. */
function corsOf(request: AwsServiceRequest, { cors }: S3FaceOptions): Readonly<Record<string, string>> {
  if (cors === undefined || request.headers.origin === undefined) return {};
  try {
    const { bucket } = readBucketAddress(request.host, request.target);
    return bucket === undefined ? {} : corsHeaders(request, cors(bucket));
  } catch {
    return {};
  }
}

/** Answers to HEAD have no body, and say no more than their status (documented). */
function errorAnswer(
  { status, code, message, details }: AwsServiceError,
  request: AwsServiceRequest,
): AwsServiceAnswer {
  const ids = requestIds(request);
  const error = {
    Code: code,
    Message: message,
    ...(details as Readonly<Record<string, string>>),
    RequestId: ids["x-amz-request-id"],
    HostId: ids["x-amz-id-2"],
  };
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement("Error", error)}`;
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: request.method === "HEAD" ? "" : body,
  };
}

/** The second, on AWS which machine answered, is made of the first. */
function requestIds({ requestId }: AwsServiceRequest): {
  readonly "x-amz-request-id": string;
  readonly "x-amz-id-2": string;
} {
  return { "x-amz-request-id": requestId, "x-amz-id-2": Buffer.from(requestId).toString("base64") };
}
