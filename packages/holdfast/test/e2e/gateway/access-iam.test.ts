import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, it } from "vitest";
import type { SignatureAccess } from "../../../src/gateway/iam/authenticate.ts";
import type { Policy } from "../../../src/model/iam/policy.ts";
import { readPolicy } from "../../../src/model/iam/read-policy.ts";
import { methodArn, said, startAccessRig, type AccessRig } from "./access-rig.ts";
import type { TestClientOptions } from "./rig.ts";

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

const start = (iam?: SignatureAccess): Promise<AccessRig> =>
  startAccessRig({
    connect: { authorization: { kind: "iam" } },
    ...(iam !== undefined && { access: { iam } }),
  });

const strict = (policy?: Policy): SignatureAccess => ({
  mode: "strict",
  credentials: new Map([
    [credentials.accessKeyId, { secret: credentials.secretAccessKey, ...(policy && { policy }) }],
  ]),
});

function policyOf(statement: object): Policy {
  const reading = readPolicy({ Version: "2012-10-17", Statement: statement });
  if ("problems" in reading) throw new Error(reading.problems.join());
  return reading.policy;
}

/** As AWS's own signer signs a handshake: in its headers, or in its URL. */
async function sign(
  { rig }: AccessRig,
  form: "header" | "query",
  secretAccessKey = credentials.secretAccessKey,
): Promise<TestClientOptions> {
  const signer = new SignatureV4({
    service: "execute-api",
    region: "us-east-1",
    credentials: { ...credentials, secretAccessKey },
    sha256: Sha256,
  });
  const request = {
    method: "GET",
    protocol: "https:",
    hostname: "127.0.0.1",
    path: "/dev",
    query: { name: "Ann B" },
    headers: { host: `127.0.0.1:${rig.port}` },
  };
  const { query, headers } = await (form === "header" ? signer.sign(request) : signer.presign(request));
  const pairs = Object.entries(query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return { path: `/dev?${pairs.join("&")}`, ws: { headers: form === "header" ? headers : {} } };
}

it.each(["header", "query"] as const)(
  "a signature in the %s is taken, and a false one is not",
  async (form) => {
    await using access = await start(strict());
    await access.rig.connect(await sign(access, form));
    expect(access.events.map(({ kind }) => kind)).toEqual(["connect"]);
    const refusal = await access.rig.refusal(await sign(access, form, "wrong"));
    expect(refusal.status).toBe(403);
    expect((JSON.parse(refusal.body) as { message: string }).message).toMatch(
      /^The request signature we calculated does not match the signature you provided\./,
    );
    expect(access.refusals()).toMatchObject([
      { message: expect.stringContaining('its signature is not that of "AKIAEXAMPLE"') },
    ]);
  },
);

it("without configured credentials any well-formed signature is taken, and none is refused", async () => {
  await using access = await start();
  await access.rig.connect(await sign(access, "query", "any"));
  const refusal = await access.rig.refusal();
  expect([refusal.status, refusal.body]).toEqual([
    403,
    expect.stringMatching(said("Missing Authentication Token")),
  ]);
  expect(refusal.headers["x-amz-apigw-id"]).toMatch(/=$/);
  expect(access.refusals()).toMatchObject([
    { hint: expect.stringContaining("browsers can only use a signed URL") },
  ]);
});

it("nothing is asked for where nothing is to be", async () => {
  await using access = await start({ mode: "none" });
  await access.rig.connect();
  expect(access.events.map(({ kind }) => kind)).toEqual(["connect"]);
});

it("a caller's policy decides about execute-api:Invoke on $connect", async () => {
  const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn };
  await using allowed = await start(strict(policyOf(allow)));
  await allowed.rig.connect(await sign(allowed, "header"));

  await using other = await start(strict(policyOf({ ...allow, Action: "execute-api:ManageConnections" })));
  const refusal = await other.rig.refusal(await sign(other, "header"));
  expect(refusal.status).toBe(403);
  expect(refusal.body).toMatch(
    said(
      "User: arn:aws:iam::000000000000:user/AKIAEXAMPLE is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:a1b2c3/dev/$connect because no identity-based policy allows the execute-api:Invoke action",
    ),
  );
  expect(other.refusals()).toMatchObject([{ hint: `Allow execute-api:Invoke on ${methodArn}.` }]);
});
