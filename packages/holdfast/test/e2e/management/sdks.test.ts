import { describe, expect, it } from "vitest";
import { credentials, policyOf, startManagementRig, type ManagementRig } from "./management-rig.ts";
import { sdkCallers, type CallerOptions, type CallFailure, type SdkClient } from "./sdk-callers.ts";

async function failureOf(call: Promise<unknown>): Promise<CallFailure> {
  try {
    await call;
  } catch (failure) {
    return failure as CallFailure;
  }
  throw new Error("The call was answered");
}

const keys = new Map([[credentials.accessKeyId, { secret: credentials.secretAccessKey }]]);

for (const caller of sdkCallers)
  if (caller.missing !== undefined)
    console.warn(`SKIPPED: the management API with ${caller.name}: ${caller.missing}`);

describe.each(sdkCallers.filter(({ missing }) => missing === undefined))("$name", (caller) => {
  const open = (rig: ManagementRig, options: Partial<CallerOptions> = {}): SdkClient =>
    caller.open({ endpoint: `http://localhost:${rig.port}/dev`, ...credentials, ...options });

  it("sends text, bytes and nothing", async () => {
    await using rig = await startManagementRig();
    using sdk = open(rig);
    const { client, id } = await rig.connect();
    await sdk.send(id, "hello ☃");
    await sdk.send(id, Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x41]));
    await sdk.send(id, "");
    await sdk.send(id, "x".repeat(131_072));
    expect(await client.next()).toBe("hello ☃");
    expect(await client.next()).toBe("\0\uFFFD\uFFFD\uFFFDA");
    expect(await client.next()).toBe("");
    expect(await client.next()).toHaveLength(131_072);
  });

  it("describes and closes a connection, and then finds it gone", async () => {
    await using rig = await startManagementRig();
    using sdk = open(rig);
    const { client, id } = await rig.connect();
    const description = await sdk.describe(id);
    expect(description.sourceIp).toMatch(/127\.0\.0\.1|::1/);
    expect(Math.abs(Date.now() - (description.connectedAt ?? 0))).toBeLessThan(60_000);
    await sdk.close(id);
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    for (const call of [() => sdk.send(id, "x"), () => sdk.describe(id), () => sdk.close(id)])
      expect(await failureOf(call())).toMatchObject({ name: "GoneException", status: 410, isGone: true });
  });

  it("is told of an id that is none, of a wrong stage, and of too large a message", async () => {
    await using rig = await startManagementRig();
    using sdk = open(rig);
    const { client, id } = await rig.connect();
    expect(await failureOf(sdk.send("AAAAAAAAAAAAAAA=", "x"))).toMatchObject({
      name: "BadRequestException",
      message: "Invalid connectionId: AAAAAAAAAAAAAAA=",
      status: 400,
      isGone: false,
    });
    expect(await failureOf(sdk.send(id, "x".repeat(131_073)))).toMatchObject({ status: 413, isGone: false });
    await sdk.send(id, "alive");
    expect(await client.next()).toBe("alive");

    using absent = open(rig, { endpoint: `http://localhost:${rig.port}/absent` });
    expect(await failureOf(absent.send(id, "x"))).toMatchObject({ name: "ForbiddenException", status: 403 });
    using bare = open(rig, { endpoint: `http://localhost:${rig.port}` });
    expect(await failureOf(bare.send(id, "x"))).toMatchObject({ name: "ForbiddenException", status: 403 });
    expect(rig.refusals().at(-1)).toContain("its URL has no stage");
  });

  it("gets on with the right credentials only, where there are some", async () => {
    await using rig = await startManagementRig({
      management: { access: { mode: "strict", credentials: keys } },
    });
    const { client, id } = await rig.connect();
    using right = open(rig);
    await right.send(id, "hello ☃");
    await right.describe(id);
    expect(await client.next()).toBe("hello ☃");
    using wrong = open(rig, { secretAccessKey: "other" });
    expect(await failureOf(wrong.send(id, "x"))).toMatchObject({
      name: "InvalidSignatureException",
      status: 403,
      message: expect.stringContaining("The request signature we calculated does not match"),
    });
    using unknown = open(rig, { accessKeyId: "AKIAOTHER" });
    expect(await failureOf(unknown.send(id, "x"))).toMatchObject({
      name: "UnrecognizedClientException",
      status: 403,
    });
    await right.close(id);
  });

  it("is denied what its policy does not allow", async () => {
    const policy = policyOf({
      Effect: "Allow",
      Action: "execute-api:ManageConnections",
      Resource: "arn:aws:execute-api:us-east-1:123456780000:a1b2c3/dev/GET/*",
    });
    const limited = new Map([[credentials.accessKeyId, { secret: credentials.secretAccessKey, policy }]]);
    await using rig = await startManagementRig({
      management: { access: { mode: "strict", credentials: limited } },
    });
    const { id } = await rig.connect();
    using sdk = open(rig);
    await sdk.describe(id);
    expect(await failureOf(sdk.send(id, "x"))).toMatchObject({
      name: "AccessDeniedException",
      status: 403,
      message: expect.stringMatching(/^User: .* because no identity-based policy allows the/),
    });
  });
});
