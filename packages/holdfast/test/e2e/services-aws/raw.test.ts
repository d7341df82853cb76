import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServicesRig, wellFormed, type RawRequest, type ServicesRig } from "./services-rig.ts";

let rig: ServicesRig;
const form = "application/x-www-form-urlencoded; charset=utf-8";
const identity: RawRequest = {
  method: "POST",
  headers: { ...wellFormed("sts"), "content-type": form },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

beforeAll(async () => {
  rig = await startServicesRig();
});

afterAll(() => rig[Symbol.asyncDispose]());

const withHeaders = (request: RawRequest, headers: Readonly<Record<string, string>>): RawRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

describe("the query protocol", () => {
  it("answers as AWS lays it out", async () => {
    const { status, headers, body } = await rig.ask(identity);
    const id = String(headers["x-amzn-requestid"]);
    expect([status, headers["content-type"]]).toEqual([200, "text/xml"]);
    expect(body).toBe(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::000000000000:user/AKIAEXAMPLE</Arn>
    <UserId>AKIAEXAMPLE</UserId>
    <Account>000000000000</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${id}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`,
    );
  });

  it("words errors so, too", async () => {
    const { status, headers, body } = await rig.ask({ ...identity, body: "Action=<Nothing>&Version=1" });
    expect(status).toBe(400);
    expect(body).toBe(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidAction</Code>
    <Message>Could not find operation &lt;Nothing&gt; for version 1</Message>
  </Error>
  <RequestId>${String(headers["x-amzn-requestid"])}</RequestId>
</ErrorResponse>
`,
    );
  });

  it("takes an operation from the URL, and a token in place of a signature", async () => {
    const target = "/?Action=GetCallerIdentity&Version=2011-06-15";
    expect((await rig.ask({ target, headers: wellFormed("sts") })).status).toBe(200);
    const role = "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=me&WebIdentityToken=t";
    const unsigned = {
      method: "POST",
      headers: { host: "sts.amazonaws.com", "content-type": form },
      body: `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${role}`,
    };
    expect((await rig.ask(unsigned)).body).toContain("<AssumedRoleUser>");
    expect((await rig.ask({ ...unsigned, body: identity.body ?? "" })).body).toContain(
      "<Code>MissingAuthenticationToken</Code>",
    );
  });
});

describe("who is answered", () => {
  it.each(["sts.amazonaws.com", "sts.eu-west-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com:443"])(
    "whoever asks for %s",
    async (host) => {
      expect((await rig.ask(withHeaders(identity, { host }))).status).toBe(200);
    },
  );

  it("no page of another origin, even with a signature that it made up", async () => {
    for (const origin of ["https://evil.example", "null", "http://localhost:1"])
      expect((await rig.ask(withHeaders(identity, { origin }))).status).toBe(403);
    const scope = "AKIA%2F20260101%2Feu-west-1%2Fsts%2Faws4_request";
    const target = `/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=${"0".repeat(64)}`;
    expect((await rig.ask({ target })).status).toBe(200);
    const headers = { "sec-fetch-site": "cross-site" };
    expect(await rig.ask({ target, headers })).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>AccessDenied</Code>"),
    });
  });

  it("nobody under a name that is not this server's", async () => {
    expect((await rig.ask(withHeaders(identity, { host: "evil.example" }))).status).toBe(403);
  });

  it("nobody whose signature has no form", async () => {
    const { authorization = "" } = identity.headers ?? {};
    const cut = { authorization: authorization.replace(/, Signature=.*/, "") };
    expect(await rig.ask(withHeaders(identity, cut))).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>IncompleteSignature</Code>"),
    });
  });

  it("the app itself, where a request is signed for what is not here", async () => {
    expect(await rig.ask({ headers: wellFormed("kinesis") })).toMatchObject({ status: 404 });
    expect(await rig.ask({ headers: wellFormed("execute-api") })).toMatchObject({ status: 404 });
  });
});

it("a body follows when the server has asked for it, and is bounded", async () => {
  expect((await rig.ask(withHeaders(identity, { expect: "100-continue" }))).status).toBe(200);
  const body = "x".repeat(16 * 1024 * 1024 + 1);
  expect(await rig.ask({ ...identity, body })).toMatchObject({
    status: 413,
    body: expect.stringContaining("<Code>RequestEntityTooLargeException</Code>"),
  });
});

it.each([
  [
    "JSON",
    "kinesis.eu-west-1.amazonaws.com",
    { "x-amz-target": "Kinesis_20131202.ListStreams" },
    '{"__type":"NotImpl',
  ],
  ["XML", "email.eu-west-1.amazonaws.com", { "content-type": form }, "<Code>NotImplementedException</Code>"],
])("a service that nobody hosts is refused in %s, with what to do", async (_form, host, headers, start) => {
  const { status, body } = await rig.ask({ method: "POST", headers: { host, ...headers }, body: "a=b" });
  expect(status).toBe(501);
  expect(body).toContain(start);
  expect(body).toMatch(/AWS_ENDPOINT_URL_(?:KINESIS|SES)/);
});

it("Lambda answers with its headers", async () => {
  const invoke = (name: string) =>
    rig.ask({
      method: "POST",
      target: `/2015-03-31/functions/${name}/invocations`,
      headers: wellFormed("lambda"),
      body: '"hi"',
    });
  const { status, headers, body } = await invoke("echo");
  expect([status, body]).toEqual([200, '{"echoed":"hi"}']);
  expect(headers).toMatchObject({ "x-amz-executed-version": "$LATEST", "content-type": "application/json" });
  const absent = await invoke("arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aabsent");
  expect(absent.headers["x-amzn-errortype"]).toBe("ResourceNotFoundException");
  expect(absent.body).toBe(
    '{"Type":"User","Message":"Function not found: arn:aws:lambda:eu-west-1:000000000000:function:absent"}',
  );
});

it("SSM answers in JSON 1.1", async () => {
  const { status, headers, body } = await rig.ask({
    method: "POST",
    headers: {
      ...wellFormed("ssm"),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParameter",
    },
    body: '{"Name":"/absent"}',
  });
  expect([status, headers["content-type"]]).toEqual([400, "application/x-amz-json-1.1"]);
  expect(JSON.parse(body)).toEqual({ __type: "ParameterNotFound", message: "Parameter /absent not found." });
});
