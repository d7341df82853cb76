import type { ConditionValues } from "../../../model/iam/condition-context.ts";
import type { AwsServiceRequest } from "../../../ports/aws-services.ts";
import { readBucketAddress, type BucketAddress } from "../../s3/bucket-address.ts";
import { childrenOf, readXml, textOf } from "../../s3/xml-reader.ts";
import type { AccessTable, AskedAccess } from "../asked-access.ts";

/** What a query's name says a request is about; S3's actions have other names than its operations. */
const objectParts: Readonly<Record<string, string>> = {
  tagging: "ObjectTagging",
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  retention: "ObjectRetention",
  "legal-hold": "ObjectLegalHold",
};
const bucketParts: Readonly<Record<string, string>> = {
  acl: "BucketAcl",
  accelerate: "AccelerateConfiguration",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  logging: "BucketLogging",
  notification: "BucketNotification",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
  ownershipControls: "BucketOwnershipControls",
  "object-lock": "BucketObjectLockConfiguration",
};

export const s3Table: AccessTable = {
  knownKeys: [
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "s3:versionid",
    "s3:authtype",
    "s3:signatureversion",
    "s3:x-amz-acl",
    "s3:x-amz-copy-source",
    "s3:x-amz-metadata-directive",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-storage-class",
    "s3:x-amz-content-sha256",
  ],
  ask(request) {
    const address = addressOf(request);
    const mark = request.target.indexOf("?");
    const query = new URLSearchParams(mark === -1 ? "" : request.target.slice(mark + 1));
    const keys = keysOf(request, query);
    return accessesOf(request, address, query).map((one) => ({ ...one, keys }));
  },
};

/** What cannot be read is S3's to refuse. */
function addressOf({ host, target }: AwsServiceRequest): BucketAddress {
  try {
    return readBucketAddress(host, target);
  } catch {
    return {};
  }
}

function accessesOf(
  request: AwsServiceRequest,
  { bucket, key }: BucketAddress,
  query: URLSearchParams,
): readonly AskedAccess[] {
  // A browser that asks what it may ask.
  if (request.method === "OPTIONS") return [];
  if (bucket === undefined) return [{ action: "s3:ListAllMyBuckets", resource: "*" }];
  const ofBucket = `arn:aws:s3:::${bucket}`;
  if (key === undefined) {
    if (request.method === "POST" && query.has("delete")) return deletions(request, ofBucket);
    return [{ action: bucketAction(request.method, query), resource: ofBucket }];
  }
  const source = request.headers["x-amz-copy-source"];
  return [
    { action: objectAction(request.method, query), resource: `${ofBucket}/${key}` },
    ...(source === undefined ? [] : [{ action: "s3:GetObject", resource: copySource(source) }]),
  ];
}

function objectAction(method: string, query: URLSearchParams): string {
  const part = partOf(query, objectParts);
  const version = query.has("versionId") && query.get("versionId") !== "null" ? "Version" : "";
  const verb = method === "HEAD" ? "Get" : (verbs[method] ?? "Put");
  if (part !== undefined)
    return `s3:${verb}${version === "" ? part : part.replace("Object", "ObjectVersion")}`;
  if (query.has("uploadId") && method === "GET") return "s3:ListMultipartUploadParts";
  if (query.has("uploadId") && method === "DELETE") return "s3:AbortMultipartUpload";
  return `s3:${verb}Object${verb === "Put" ? "" : version}`;
}

const verbs: Readonly<Record<string, string | undefined>> = {
  GET: "Get",
  PUT: "Put",
  POST: "Put",
  DELETE: "Delete",
};

function bucketAction(method: string, query: URLSearchParams): string {
  const part = partOf(query, bucketParts);
  // Settings are taken away with the permission to put them, but for two.
  if (part !== undefined && method === "DELETE")
    return ["BucketPolicy", "BucketWebsite"].includes(part) ? `s3:Delete${part}` : `s3:Put${part}`;
  if (part !== undefined) return `s3:${method === "GET" ? "Get" : "Put"}${part}`;
  if (method === "GET" && query.has("location")) return "s3:GetBucketLocation";
  if (method === "GET" && query.has("uploads")) return "s3:ListBucketMultipartUploads";
  if (method === "GET" && query.has("versions")) return "s3:ListBucketVersions";
  if (method === "PUT") return "s3:CreateBucket";
  if (method === "DELETE") return "s3:DeleteBucket";
  // A form that a browser posts.
  return method === "POST" ? "s3:PutObject" : "s3:ListBucket";
}

function partOf(query: URLSearchParams, parts: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(parts).find(([name]) => query.has(name))?.[1];
}

/** Each key by itself. */
function deletions({ body }: AwsServiceRequest, ofBucket: string): readonly AskedAccess[] {
  const action = "s3:DeleteObject";
  return deletedKeys(body).map((key) => ({ action, resource: `${ofBucket}/${key}` }));
}

/** None where the body cannot be read, which S3 refuses. */
export function deletedKeys(body: Uint8Array): readonly string[] {
  try {
    return childrenOf(readXml(body), "Object").map((one) => textOf(one, "Key") ?? "");
  } catch {
    return [];
  }
}

function copySource(source: string): string {
  const [path = ""] = source.split("?versionId=");
  try {
    return `arn:aws:s3:::${decodeURIComponent(path).replace(/^\//, "")}`;
  } catch {
    return "*";
  }
}

function keysOf({ headers, target }: AwsServiceRequest, query: URLSearchParams): ConditionValues {
  const ofHeaders = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-"));
  const isPresigned = /[?&]X-Amz-Signature=/.test(target);
  return {
    ...Object.fromEntries(ofHeaders.map(([name, value]) => [`s3:${name}`, value])),
    "s3:prefix": query.get("prefix") ?? undefined,
    "s3:delimiter": query.get("delimiter") ?? undefined,
    "s3:max-keys": query.get("max-keys") ?? undefined,
    "s3:VersionId": query.get("versionId") ?? undefined,
    "s3:authType": isPresigned ? "REST-QUERY-STRING" : "REST-HEADER",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
  };
}
