import { describe, expect, it } from "vitest";
import type { SignatureAccess, Credential } from "../../../src/gateway/iam/authenticate.ts";
import {
  call,
  credentials,
  policyOf,
  signedCall,
  startManagementRig,
  type ManagementRig,
  type RawAnswer,
  type SigningOptions,
} from "./management-rig.ts";

const region = "us-east-1";
const api = `arn:aws:execute-api:${region}:123456780000:a1b2c3`;
const manage = "execute-api:ManageConnections";

function strict(credential: Partial<Credential> = {}): SignatureAccess {
  const known = { secret: credentials.secretAccessKey, ...credential };
  return { mode: "strict", credentials: new Map([[credentials.accessKeyId, known]]) };
}

const startStrict = (credential?: Partial<Credential>): Promise<ManagementRig> =>
  startManagementRig({ management: { access: strict(credential) } });

const pathOf = (id: string) => `/dev/@connections/${encodeURIComponent(id)}`;

async function get(rig: ManagementRig, by?: SigningOptions): Promise<RawAnswer> {
  const { id } = await rig.connect();
  return signedCall(rig, { method: "GET", path: pathOf(id) }, by);
}

function errorOf({ status, headers, body }: RawAnswer): unknown {
  const type = headers.find(([name]) => name === "x-amzn-ErrorType")?.[1];
  return [status, type, (JSON.parse(body) as { message: unknown }).message];
}

describe("where every well-formed signature is taken", () => {
  it("neither key nor secret nor region nor time matters", async () => {
    await using rig = await startManagementRig();
    expect(await get(rig, { accessKeyId: "any", secretAccessKey: "other" })).toMatchObject({ status: 200 });
    expect(await get(rig, { region: "mars-1", service: "s3", at: new Date(0) })).toMatchObject({
      status: 200,
    });
  });

  it("the form does", async () => {
    await using rig = await startManagementRig();
    const { id } = await rig.connect();
    const headers = { Authorization: "Bearer abc" };
    const answer = await call(rig, { method: "GET", path: pathOf(id), headers });
    expect(errorOf(answer)).toEqual([
      403,
      "IncompleteSignatureException",
      expect.stringMatching(/^Invalid key=value pair \(missing equal-sign\) in Authorization header/),
    ]);
    expect(rig.refusals()).toEqual([expect.stringContaining("its signature cannot be read")]);
  });
});

describe("where nothing is asked for", () => {
  it("a call needs no signature, and may have a bad one", async () => {
    await using rig = await startManagementRig({ management: { access: { mode: "none" } } });
    const { id } = await rig.connect();
    for (const headers of [{}, { Authorization: "Bearer abc" }])
      expect(await call(rig, { method: "GET", path: pathOf(id), headers })).toMatchObject({ status: 200 });
  });
});

describe("with credentials configured", () => {
  it("their signature is taken, of a body too", async () => {
    await using rig = await startStrict();
    const { client, id } = await rig.connect();
    const post = { method: "POST", path: pathOf(id), body: "hello ☃" };
    expect(await signedCall(rig, post)).toMatchObject({ status: 200 });
    expect(await client.next()).toBe("hello ☃");
  });

  it("another secret's is not; the answer shows what was to be signed", async () => {
    await using rig = await startStrict();
    const { id } = await rig.connect();
    const answer = await signedCall(rig, { method: "GET", path: pathOf(id) }, { secretAccessKey: "wrong" });
    const twice = encodeURIComponent(encodeURIComponent(id));
    expect(errorOf(answer)).toEqual([
      403,
      "InvalidSignatureException",
      expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\./,
      ),
    ]);
    expect(answer.body).toContain(
      String.raw`\n\nThe Canonical String for this request should have been\n'GET\n/dev/%40connections/${twice}\n\nhost:127.0.0.1:${rig.port}\n`,
    );
    expect(answer.body).toContain(String.raw`\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n`);
    expect(rig.refusals()).toEqual([expect.stringContaining('its signature is not that of "AKIAEXAMPLE"')]);
  });

  it("another key is not known", async () => {
    await using rig = await startStrict();
    expect(errorOf(await get(rig, { accessKeyId: "AKIAOTHER" }))).toEqual([
      403,
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ]);
  });

  it("temporary ones need their session's token", async () => {
    await using rig = await startStrict({ sessionToken: "token" });
    expect(await get(rig, { sessionToken: "token" })).toMatchObject({ status: 200 });
    for (const by of [{}, { sessionToken: "other" }])
      expect(errorOf(await get(rig, by))).toMatchObject([403, "UnrecognizedClientException", {}]);
    await using plain = await startStrict();
    expect(errorOf(await get(plain, { sessionToken: "token" }))).toMatchObject([
      403,
      "UnrecognizedClientException",
      {},
    ]);
  });

  it("a signature of another time is expired, or not yet current", async () => {
    await using rig = await startStrict();
    expect(errorOf(await get(rig, { at: new Date(Date.now() - 600_000) }))).toEqual([
      403,
      "InvalidSignatureException",
      expect.stringMatching(
        /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
      ),
    ]);
    expect(errorOf(await get(rig, { at: new Date(Date.now() + 600_000) }))).toEqual([
      403,
      "InvalidSignatureException",
      expect.stringMatching(
        /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/,
      ),
    ]);
  });

  it("region and service must be the API's", async () => {
    await using rig = await startStrict();
    expect(errorOf(await get(rig, { region: "eu-west-1", service: "s3" }))).toEqual([
      403,
      "InvalidSignatureException",
      "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct service: 'execute-api'. ",
    ]);
  });

  it("a policy says what they may do", async () => {
    const allow = { Effect: "Allow", Action: manage, Resource: `${api}/dev/POST/@connections/*` };
    await using rig = await startStrict({ policy: policyOf(allow) });
    const { id } = await rig.connect();
    expect(await signedCall(rig, { method: "POST", path: pathOf(id), body: "x" })).toMatchObject({
      status: 200,
    });
    const answer = await signedCall(rig, { method: "GET", path: pathOf(id) });
    expect(answer).toMatchObject({
      status: 403,
      body: JSON.stringify({
        Message:
          "User: arn:aws:iam::123456780000:user/AKIAEXAMPLE is not authorized to perform: execute-api:ManageConnections" +
          " on resource: arn:aws:execute-api:us-east-1:********0000:a1b2c3/dev/GET/@connections/{connectionId}" +
          " because no identity-based policy allows the execute-api:ManageConnections action",
      }),
    });
    expect(answer.headers.map(([name]) => name)).toEqual([
      "Date",
      "Content-Type",
      "Content-Length",
      "Connection",
      "x-amzn-RequestId",
      "x-amzn-ErrorType",
      "x-amz-apigw-id",
    ]);
    expect(answer.headers).toContainEqual(["x-amzn-ErrorType", "AccessDeniedException"]);
  });

  it("a denial wins, and says so", async () => {
    const userArn = "arn:aws:sts::123456780000:assumed-role/caller/ws";
    const allow = { Effect: "Allow", Action: manage, Resource: `${api}/*` };
    await using rig = await startStrict({ policy: policyOf(allow, { ...allow, Effect: "Deny" }), userArn });
    const { body } = await get(rig);
    expect(body).toMatch(/"Message":"User: arn:aws:sts::123456780000:assumed-role\/caller\/ws is not/);
    expect(body).toMatch(/\{connectionId\} with an explicit deny in an identity-based policy"\}$/);
  });

  it("an id that is none is told before the permission is looked at", async () => {
    await using rig = await startStrict({ policy: policyOf({ Effect: "Deny", Action: "*", Resource: "*" }) });
    const answer = await signedCall(rig, { method: "GET", path: "/dev/@connections/AAAAAAAAAAAAAAA%3D" });
    expect(errorOf(answer)).toEqual([400, "BadRequestException", "Invalid connectionId: AAAAAAAAAAAAAAA="]);
  });

  it("a connection that is gone is told only to those who may know", async () => {
    await using rig = await startStrict({ policy: policyOf({ Effect: "Deny", Action: "*", Resource: "*" }) });
    const { client, id } = await rig.connect();
    await rig.gateway.gateway.close(id);
    await client.closed;
    expect(await signedCall(rig, { method: "GET", path: pathOf(id) })).toMatchObject({ status: 403 });
  });
});

describe("a page", () => {
  const badSignature =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x/20260101/us-east-1/execute-api/aws4_request" +
    `&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=${"0".repeat(64)}`;

  it.each(["http://evil.example", "null", "http://localhost:1"])(
    "of another origin, %s, cannot post, signed or not",
    async (origin) => {
      for (const mode of ["none", "well-formed"] as const) {
        await using rig = await startManagementRig({ management: { access: { mode } } });
        const { client, id } = await rig.connect();
        const path = `/dev/@connections/${encodeURIComponent(id)}?${badSignature}`;
        const answer = await call(rig, { method: "POST", path, body: "from a page", headers: { origin } });
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
        expect(rig.refusals().at(-1)).toContain(`a page of another origin (${origin}) sent it`);
        await rig.gateway.gateway.send(id, "from the app");
        expect(await client.next()).toBe("from the app");
      }
    },
  );

  it("of its own origin can", async () => {
    await using rig = await startManagementRig({ management: { access: { mode: "none" } } });
    const { client, id } = await rig.connect();
    const path = `/dev/@connections/${encodeURIComponent(id)}`;
    const headers = { origin: `http://127.0.0.1:${rig.port}` };
    expect((await call(rig, { method: "POST", path, body: "x", headers })).status).toBe(200);
    expect(await client.next()).toBe("x");
  });
});
