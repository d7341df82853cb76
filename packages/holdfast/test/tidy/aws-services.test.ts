import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { dynamoDbOperationNames } from "../../src/services/dynamodb/dynamodb-face.ts";
import { root, sourceDir } from "./repository.ts";

const page = readFileSync(path.join(root, "docs/guide/aws-services.md"), "utf8");

/** The headings of the services' sections. */
const sections = {
  dynamodb: "DynamoDB",
  s3: "S3",
  sns: "SNS",
  sqs: "SQS",
  lambda: "Lambda",
  logs: "CloudWatch Logs",
  events: "EventBridge",
  scheduler: "EventBridge Scheduler",
  apigateway: "API Gateway",
  ssm: "SSM",
  sts: "STS",
};

/** In the table that a section begins with. */
function operationsOfPage(service: keyof typeof sections): string[] {
  const [, section = ""] = page.split(`\n## ${sections[service]}\n\n`);
  const [table = ""] = section.split("\n\n");
  return namesIn(table, /`(\w+)`/g);
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name).toSorted();
}

function source(...files: string[]): string {
  return files.map((file) => readFileSync(path.join(sourceDir, "services", file), "utf8")).join("\n");
}

const member = /^ {4,6}(?:async )?([A-Z]\w+)(?:\(|: )/gm;

/** By those faces that have their operations under their names. */
const operations: Readonly<Partial<Record<keyof typeof sections, readonly string[]>>> = {
  dynamodb: dynamoDbOperationNames.toSorted(),
  ssm: namesIn(
    source("ssm/parameter-reads.ts", "ssm/parameter-writes.ts"),
    /^ {4}(?:async )?([A-Z]\w+)(?:\(|: \(input)/gm,
  ),
  sts: namesIn(source("sts/sts-face.ts"), /^ {4}async ([A-Z]\w+)\(/gm),
  sqs: namesIn(
    source(...["send", "receive", "receipts", "queues"].map((name) => `sqs/operations/${name}.ts`)),
    /^ {4}async ([A-Z]\w+)\(/gm,
  ),
  sns: namesIn(source("sns/sns-face.ts"), /^ {2}([A-Z]\w+): \w+,$/gm),
  logs: namesIn(between(source("logs/logs-face.ts"), "operations: {", "\n    },"), member),
  events: namesIn(between(source("events/events-face.ts"), "operations: {", "\n    },"), member),
};

function between(text: string, begin: string, end: string): string {
  return text.split(begin)[1]?.split(end)[0] ?? "";
}

test.each(Object.keys(operations) as (keyof typeof operations)[])(
  "docs/guide/aws-services.md has the operations of %s",
  (service) => {
    expect(operationsOfPage(service).length).toBeGreaterThan(0);
    expect(operationsOfPage(service)).toEqual(operations[service]);
  },
);

/** How SDKs ask for the operations of REST services (documented). */
const functions = "/2015-03-31/functions";
const lambdaPaths: Readonly<Record<string, string>> = {
  ListFunctions: `GET ${functions}`,
  GetFunction: `GET ${functions}/{FunctionName}`,
  GetFunctionConfiguration: `GET ${functions}/{FunctionName}/configuration`,
  GetPolicy: `GET ${functions}/{FunctionName}/policy`,
  ListVersionsByFunction: `GET ${functions}/{FunctionName}/versions`,
  PublishVersion: `POST ${functions}/{FunctionName}/versions`,
  UpdateFunctionCode: `PUT ${functions}/{FunctionName}/code`,
  UpdateFunctionConfiguration: `PUT ${functions}/{FunctionName}/configuration`,
  Invoke: `POST ${functions}/{FunctionName}/invocations`,
  InvokeAsync: "POST /2014-11-13/functions/{FunctionName}/invoke-async",
};
const schedulerPaths: Readonly<Record<string, string>> = {
  ListSchedules: "GET /schedules",
  GetSchedule: "GET /schedules/{Name}",
};

function pathsOf(...files: string[]): string[] {
  return [...source(...files).matchAll(/method: "(\w+)",\n\s*path: "([^"]+)"/g)]
    .map(([, method = "", target = ""]) => `${method} ${target}`)
    .toSorted();
}

test("docs/guide/aws-services.md has the operations of lambda and scheduler, which are paths", () => {
  const files = ["lambda-face", "invoke", "function-updates", "function-policy"];
  expect(pathsOf(...files.map((name) => `lambda/${name}.ts`))).toEqual(Object.values(lambdaPaths).toSorted());
  expect(operationsOfPage("lambda")).toEqual(Object.keys(lambdaPaths).toSorted());
  expect(pathsOf("scheduler/scheduler-face.ts")).toEqual(Object.values(schedulerPaths).toSorted());
  expect(operationsOfPage("scheduler")).toEqual(Object.keys(schedulerPaths).toSorted());
});

test("docs/guide/aws-services.md has what apigateway tells of", () => {
  const nouns = namesIn(source("apigateway/apigateway-face.ts"), /^ {2}(\w+)s: \{ idOf/gm);
  const named = ["api", ...nouns].map((noun) => noun.charAt(0).toUpperCase() + noun.slice(1));
  expect(operationsOfPage("apigateway")).toEqual(
    named.flatMap((noun) => [`Get${noun}`, `Get${noun}s`]).toSorted(),
  );
});

/** Where S3's names are not those of the source. */
const s3Names: Readonly<Record<string, string>> = {
  getAcl: "GetObjectAcl",
  putAcl: "PutObjectAcl",
  getAttributes: "GetObjectAttributes",
  getTagging: "GetObjectTagging",
  putTagging: "PutObjectTagging",
  deleteTagging: "DeleteObjectTagging",
  createUpload: "CreateMultipartUpload",
  completeUpload: "CompleteMultipartUpload",
  abortUpload: "AbortMultipartUpload",
  copyPart: "UploadPartCopy",
  listUploads: "ListMultipartUploads",
  getLocation: "GetBucketLocation",
  getCors: "GetBucketCors",
  getWebsite: "GetBucketWebsite",
};
/** What the query names, and the operation that it asks for. */
const s3Settings: Readonly<Record<string, string>> = {
  accelerate: "GetBucketAccelerateConfiguration",
  acl: "GetBucketAcl",
  encryption: "GetBucketEncryption",
  lifecycle: "GetBucketLifecycleConfiguration",
  logging: "GetBucketLogging",
  notification: "GetBucketNotificationConfiguration",
  "object-lock": "GetObjectLockConfiguration",
  ownershipControls: "GetBucketOwnershipControls",
  policy: "GetBucketPolicy",
  policyStatus: "GetBucketPolicyStatus",
  publicAccessBlock: "GetPublicAccessBlock",
  replication: "GetBucketReplication",
  requestPayment: "GetBucketRequestPayment",
  tagging: "GetBucketTagging",
  versioning: "GetBucketVersioning",
};

test("docs/guide/aws-services.md has the operations of s3", () => {
  const chosen = namesIn(source("s3/choose-operation.ts"), /(?:return|[?:]) ([a-z]\w+)(?=;| :)/g);
  const known = [...chosen, "listBuckets", "createBucket"].map(
    (name) => s3Names[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
  );
  const settings = between(source("s3/bucket-calls.ts"), "const settings", "\n};");
  const asked = namesIn(settings, /^ {2}"?([\w-]+)"?:/gm).map((name) => s3Settings[name] ?? name);
  expect(operationsOfPage("s3")).toEqual([...new Set([...known, ...asked])].toSorted());
});

test("docs/guide/aws-services.md has a section for each service that is wired, and for no other", () => {
  const wiring = path.join(sourceDir, "targets/local");
  const text = readdirSync(wiring)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(wiring, file), "utf8"))
    .join("\n");
  const wired = new Set(
    namesIn(text, /from "\.\.\/\.\.\/services\/\w+\/(\w+)-face\.ts"/g).map((name) => name.toLowerCase()),
  );
  expect(Object.keys(sections).toSorted()).toEqual([...wired].toSorted());
  const headings = namesIn(page.split("\n## What differs in all of them\n")[1] ?? "", /^## (.+)$/gm);
  expect(headings).toEqual(Object.values(sections).toSorted());
});
