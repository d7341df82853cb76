import DynamoDB from "aws-sdk/clients/dynamodb.js";
import Lambda from "aws-sdk/clients/lambda.js";
import SSM from "aws-sdk/clients/ssm.js";
import STS from "aws-sdk/clients/sts.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentials, region, startServicesRig, type ServicesRig } from "./services-rig.ts";

let rig: ServicesRig;
let sts: STS;
let ssm: SSM;
let lambda: Lambda;

beforeAll(async () => {
  rig = await startServicesRig();
  const options = { endpoint: rig.endpoint, region, ...credentials, maxRetries: 0 };
  sts = new STS(options);
  ssm = new SSM(options);
  lambda = new Lambda(options);
});

afterAll(() => rig[Symbol.asyncDispose]());

interface SdkError {
  readonly code: string;
  readonly message: string;
  readonly statusCode: number;
}

/** A payload comes as bytes, or as text where there is none. */
function textOf({ Payload = "" }: Lambda.InvocationResponse): string {
  return Buffer.from(Payload as Uint8Array).toString("utf8");
}

async function failureOf(call: Promise<unknown>): Promise<SdkError> {
  try {
    await call;
  } catch (error) {
    return error as SdkError;
  }
  throw new Error("The call was answered");
}

describe("STS", () => {
  it("says who signed", async () => {
    expect(await sts.getCallerIdentity().promise()).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:user/AKIAEXAMPLE",
      UserId: "AKIAEXAMPLE",
    });
  });

  it("gives keys for a role, which then are that role", async () => {
    const { Credentials, AssumedRoleUser } = await sts
      .assumeRole({ RoleArn: "arn:aws:iam::123456789012:role/path/writer", RoleSessionName: "me" })
      .promise();
    expect(AssumedRoleUser?.Arn).toBe("arn:aws:sts::123456789012:assumed-role/writer/me");
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.Expiration.getTime()).toBeGreaterThan(Date.now());
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    const as = new STS({
      endpoint: rig.endpoint,
      region,
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });
    expect((await as.getCallerIdentity().promise()).Arn).toBe(AssumedRoleUser?.Arn);
  });

  it("refuses in words of its own", async () => {
    const call = sts.assumeRole({ RoleArn: "arn:aws:iam::1:user/x", RoleSessionName: "me" }).promise();
    expect(await failureOf(call)).toMatchObject({ code: "ValidationError", statusCode: 400 });
  });
});

describe("SSM", () => {
  const put = (Name: string, Value: string, more: object = {}) =>
    ssm.putParameter({ Name, Value, Type: "String", ...more }).promise();

  it("keeps parameters in versions", async () => {
    expect(await put("/one", "1")).toMatchObject({ Version: 1, Tier: "Standard" });
    expect(await failureOf(put("/one", "2"))).toMatchObject({ code: "ParameterAlreadyExists" });
    expect(await put("/one", "2", { Overwrite: true })).toMatchObject({ Version: 2 });
    const { Parameter } = await ssm.getParameter({ Name: "/one" }).promise();
    expect(Parameter).toMatchObject({
      Name: "/one",
      Value: "2",
      Version: 2,
      ARN: "arn:aws:ssm:eu-west-1:000000000000:parameter/one",
      LastModifiedDate: expect.any(Date),
    });
    expect((await ssm.getParameter({ Name: Parameter?.ARN ?? "" }).promise()).Parameter?.Value).toBe("2");
    expect(await failureOf(ssm.getParameter({ Name: "/one:1" }).promise())).toMatchObject({
      code: "ParameterVersionNotFound",
    });
  });

  it("tells what is there from what is not", async () => {
    await put("/there", "1");
    const { Parameters, InvalidParameters } = await ssm
      .getParameters({ Names: ["/there", "/not"] })
      .promise();
    expect(Parameters?.map(({ Name }) => Name)).toEqual(["/there"]);
    expect(InvalidParameters).toEqual(["/not"]);
    await ssm.deleteParameter({ Name: "/there" }).promise();
    for (const call of [ssm.getParameter({ Name: "/there" }), ssm.deleteParameter({ Name: "/there" })])
      expect(await failureOf(call.promise())).toMatchObject({ code: "ParameterNotFound", statusCode: 400 });
  });

  it("hands out what lies below a path, page by page", async () => {
    for (const at of Array.from({ length: 12 }, (_, index) => index)) await put(`/tree/n${at}`, `${at}`);
    await put("/tree/deep/one", "d");
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm
        .getParametersByPath({ Path: "/tree", ...(NextToken !== undefined && { NextToken }) })
        .promise();
      names.push(...(page.Parameters ?? []).map(({ Name = "" }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toHaveLength(12);
    expect(names).not.toContain("/tree/deep/one");
    const { Parameters } = await ssm
      .getParametersByPath({ Path: "/tree/", Recursive: true, MaxResults: 1 })
      .promise();
    expect(Parameters?.[0]?.Name).toBe("/tree/deep/one");
    const described = await ssm
      .describeParameters({
        ParameterFilters: [{ Key: "Name", Option: "BeginsWith", Values: ["/tree/deep"] }],
      })
      .promise();
    expect(described.Parameters).toMatchObject([{ Name: "/tree/deep/one", Type: "String", Version: 1 }]);
  });

  it("hands out a secure value only when that is asked for", async () => {
    await put("/secure", "s3cret", { Type: "SecureString" });
    const closed = await ssm.getParameter({ Name: "/secure" }).promise();
    expect(closed.Parameter?.Value).not.toContain("s3cret");
    const open = await ssm.getParameter({ Name: "/secure", WithDecryption: true }).promise();
    expect(open.Parameter?.Value).toBe("s3cret");
  });
});

describe("Lambda", () => {
  it.each([
    "echo",
    "000000000000:function:echo",
    "arn:aws:lambda:eu-west-1:000000000000:function:echo",
    "arn:aws:lambda:eu-west-1:000000000000:function:echo:live",
  ])("runs %s and returns what it returned", async (FunctionName) => {
    const answer = await lambda.invoke({ FunctionName, Payload: '{"n":1}' }).promise();
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(JSON.parse(textOf(answer))).toEqual({ echoed: { n: 1 } });
  });

  it("passes an empty object for no payload, and null for no answer", async () => {
    const echoed = await lambda.invoke({ FunctionName: "echo" }).promise();
    expect(textOf(echoed)).toBe('{"echoed":{}}');
    const nothing = await lambda.invoke({ FunctionName: "nothing" }).promise();
    expect(textOf(nothing)).toBe("null");
  });

  it("answers with a function's own fault, and says that it is one", async () => {
    const answer = await lambda.invoke({ FunctionName: "broken" }).promise();
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(textOf(answer))).toMatchObject({
      errorType: "TypeError",
      errorMessage: "It does not work",
      trace: expect.any(Array),
    });
    const late = await lambda.invoke({ FunctionName: "slow" }).promise();
    expect(JSON.parse(textOf(late))).toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringContaining("Task timed out after 0.30 seconds"),
    });
    const huge = await lambda.invoke({ FunctionName: "huge" }).promise();
    expect(JSON.parse(textOf(huge))).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });

  const counts = async (id: string): Promise<unknown> => (await rig.app.table("tries").get({ id }))?.count;

  it("has a function run soon, and twice more when it fails", async () => {
    const send = (input: object) =>
      lambda
        .invoke({ FunctionName: "count", InvocationType: "Event", Payload: JSON.stringify(input) })
        .promise();
    expect(await send({ id: "once" })).toMatchObject({ StatusCode: 202, Payload: "" });
    await lambda.invokeAsync({ FunctionName: "count", InvokeArgs: '{"id":"older"}' }).promise();
    await send({ id: "thrice", fail: true });
    await rig.app.eventually(async () => expect(await counts("once")).toBe(1));
    await rig.app.eventually(async () => expect(await counts("older")).toBe(1));
    await rig.app.eventually(
      () => expect(rig.app.logs.map(({ event }) => event)).toContain("function-event-given-up"),
      { timeoutMs: 15_000 },
    );
    expect(await counts("thrice")).toBe(3);
  });

  it("looks whether a function is there, without running it", async () => {
    expect(await lambda.invoke({ FunctionName: "broken", InvocationType: "DryRun" }).promise()).toMatchObject(
      { StatusCode: 204 },
    );
  });

  it("refuses in Lambda's words", async () => {
    const invoke = (FunctionName: string, more: object = {}) =>
      failureOf(lambda.invoke({ FunctionName, ...more }).promise());
    expect(await invoke("absent")).toMatchObject({
      code: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:eu-west-1:000000000000:function:absent",
      statusCode: 404,
    });
    expect(await invoke("echo", { Payload: "{" })).toMatchObject({
      code: "InvalidRequestContentException",
      message: expect.stringContaining("Could not parse request body into json"),
    });
    expect(await invoke("echo:a", { Qualifier: "b" })).toMatchObject({
      code: "InvalidParameterValueException",
    });
    expect(await invoke("echo", { Payload: `"${"x".repeat(6_291_456)}"` })).toMatchObject({
      code: "RequestTooLargeException",
      message:
        "6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
      statusCode: 413,
    });
    const large = { InvocationType: "Event", Payload: `"${"x".repeat(262_143)}"` };
    expect(await invoke("echo", large)).toMatchObject({ code: "RequestTooLargeException" });
  });

  it("describes functions", async () => {
    const found = await lambda.getFunction({ FunctionName: "slow" }).promise();
    expect(found.Configuration).toMatchObject({
      FunctionName: "slow",
      FunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:slow",
      Timeout: 1,
      State: "Active",
      Version: "$LATEST",
    });
    expect(await lambda.getFunctionConfiguration({ FunctionName: "slow" }).promise()).toMatchObject({
      ...found.Configuration,
    });
    const first = await lambda.listFunctions({ MaxItems: 2 }).promise();
    const rest = await lambda.listFunctions({ Marker: first.NextMarker ?? "" }).promise();
    expect(
      [...(first.Functions ?? []), ...(rest.Functions ?? [])].map(({ FunctionName }) => FunctionName),
    ).toEqual(["broken", "count", "echo", "huge", "inside", "nothing", "slow"]);
    expect(await failureOf(lambda.getFunction({ FunctionName: "absent" }).promise())).toMatchObject({
      code: "ResourceNotFoundException",
    });
  });
});

it("DynamoDB is there, too", async () => {
  const dynamo = new DynamoDB({ endpoint: rig.endpoint, region, ...credentials });
  await dynamo.putItem({ TableName: "tries", Item: { id: { S: "a" }, count: { N: "4" } } }).promise();
  expect(await rig.app.table("tries").get({ id: "a" })).toEqual({ id: "a", count: 4 });
});

it("functions reach services by AWS's names, and hear of those that are not here", async () => {
  const answer = await lambda.invoke({ FunctionName: "inside" }).promise();
  expect(JSON.parse(textOf(answer))).toEqual({
    Account: "000000000000",
    value: "put",
    payload: '{"echoed":"in"}',
    Item: { id: "inside", count: 7 },
    refused: ["NotImplementedException", expect.stringContaining("AWS_ENDPOINT_URL_KINESIS")],
  });
});
