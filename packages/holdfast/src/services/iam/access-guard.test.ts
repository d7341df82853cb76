import { describe, expect, it } from "vitest";
import { systemClock } from "../../base/clock.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import { createAccessGuard } from "./access-guard.ts";
import { FunctionJudge } from "./function-judge.ts";

const document = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::photos/*" },
    { Effect: "Allow", Action: "s3:DeleteObject", Resource: "arn:aws:s3:::photos/mine/*" },
  ],
};
const model = {
  functions: [{ name: "work", policies: [{ name: "own", document }] }],
  buckets: [{ name: "photos", notifications: [], retain: false }],
  topics: [],
  queues: [],
  tables: [],
} as unknown as AppModel;
const accountId = "000000000000";
const judge = new FunctionJudge({ model: () => model, accountId, clock: systemClock, log: () => {} });
const guard = createAccessGuard({ judge, model: () => model, accountId });

const user = "User: arn:aws:sts::000000000000:assumed-role/work/work is not authorized to perform:";

function request(
  service: string,
  sent: Partial<AwsServiceRequest> & { readonly text?: string },
): AwsServiceRequest {
  const { text = "", ...rest } = sent;
  return {
    service,
    region: "us-east-1",
    method: "POST",
    host: "localhost",
    target: "/",
    headers: {},
    body: Buffer.from(text),
    requestId: "r1",
    caller: { function: "work" },
    ...rest,
  };
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const bodyOf = (answer: AwsServiceAnswer | undefined): string => String(answer?.body);

describe("a refusal", () => {
  it("of DynamoDB, SSM and Lambda is JSON, each under its status", () => {
    const put = { "x-amz-target": "DynamoDB_20120810.PutItem" };
    const ofDynamo = guard.refuse(request("dynamodb", { headers: put, text: '{"TableName":"games"}' }));
    expect(ofDynamo?.status).toBe(400);
    expect(JSON.parse(bodyOf(ofDynamo))).toEqual({
      __type: "com.amazon.coral.service#AccessDeniedException",
      Message: `${user} dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/games because no identity-based policy allows the dynamodb:PutItem action`,
    });
    const invoke = guard.refuse(request("lambda", { target: "/2015-03-31/functions/go/invocations" }));
    expect(invoke).toMatchObject({
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
    });
    expect(bodyOf(invoke)).toContain('"Message":"User: ');
  });

  it("of SNS is an AuthorizationError, with its action in capitals", () => {
    const refusal = guard.refuse(
      request("sns", {
        headers: form,
        text: "Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:news",
      }),
    );
    expect(refusal?.status).toBe(403);
    expect(bodyOf(refusal)).toContain("<Code>AuthorizationError</Code>");
    expect(bodyOf(refusal)).toContain(
      `<Message>${user} SNS:Publish on resource: arn:aws:sns:us-east-1:000000000000:news because no identity-based policy allows the SNS:Publish action</Message>`,
    );
  });

  it("of SQS has the query protocol's code in either protocol, and its action in small letters", () => {
    const json = guard.refuse(
      request("sqs", { headers: { "x-amz-target": "AmazonSQS.SendMessage" }, text: "{}" }),
    );
    expect(json?.headers["x-amzn-query-error"]).toBe("AccessDenied;Sender");
    expect(bodyOf(json)).toContain(`${user} sqs:sendmessage on resource: *`);
    const query = guard.refuse(request("sqs", { headers: form, text: "Action=SendMessage" }));
    expect(query).toMatchObject({ status: 403 });
    expect(bodyOf(query)).toContain("<Code>AccessDenied</Code>");
  });

  it("of S3 has its resource in quotes", () => {
    const refusal = guard.refuse(request("s3", { method: "PUT", target: "/photos/a" }));
    expect(refusal?.status).toBe(403);
    expect(bodyOf(refusal)).toContain("<Error><Code>AccessDenied</Code>");
    expect(bodyOf(refusal)).toContain("s3:PutObject on resource: &quot;arn:aws:s3:::photos/a&quot; because");
  });

  it("of several deletions is one for each key, and nothing is deleted", () => {
    const text = "<Delete><Object><Key>mine/a</Key></Object><Object><Key>b</Key></Object></Delete>";
    const refusal = guard.refuse(request("s3", { target: "/photos?delete", text }));
    expect(refusal?.status).toBe(200);
    expect(bodyOf(refusal).match(/<Key>.*<\/Key>\s*<Code>AccessDenied<\/Code>/g)).toHaveLength(2);
    const mine = "<Delete><Object><Key>mine/a</Key></Object></Delete>";
    expect(guard.refuse(request("s3", { target: "/photos?delete", text: mine }))).toBeUndefined();
  });
});

describe("what is not there", () => {
  const missing: AwsServiceAnswer = {
    status: 404,
    headers: {},
    body: "<Error><Code>NoSuchKey</Code></Error>",
  };

  it("is not told to whom may not list the bucket", () => {
    const answer = guard.review(request("s3", { method: "GET", target: "/photos/none" }), missing);
    expect(answer.status).toBe(403);
    expect(bodyOf(answer)).toContain("s3:ListBucket on resource: &quot;arn:aws:s3:::photos&quot;");
  });

  it("is told of a bucket that is not there, and to users", () => {
    expect(guard.review(request("s3", { method: "GET", target: "/none/x" }), missing)).toBe(missing);
    const byUser = request("s3", { method: "GET", target: "/photos/none", caller: { accessKeyId: "me" } });
    expect(guard.review(byUser, missing)).toBe(missing);
  });
});

it("users are let through, and so is what a role allows", () => {
  expect(guard.refuse(request("s3", { method: "PUT", target: "/photos/a", caller: {} }))).toBeUndefined();
  expect(guard.refuse(request("s3", { method: "GET", target: "/photos/a" }))).toBeUndefined();
});
