import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../src/base/clock.ts";
import { ApiKeys } from "../../../src/gateway/access/api-keys.ts";
import type { UsagePlan } from "../../../src/model/app-model.ts";
import { toAwsEvent } from "../../../src/model/aws-event.ts";
import type { ConnectEvent, ConnectionFacts } from "../../../src/model/gateway-event.ts";
import { methodArn, said, startAccessRig, type AccessRig, type AccessRigOptions } from "./access-rig.ts";

const value = "a-key-of-twenty-characters";
const clock = (): ManualClock => new ManualClock(Date.parse("2026-09-25T00:00:00Z"));

function start(plan: Partial<UsagePlan> = {}, options: AccessRigOptions = {}): Promise<AccessRig> {
  const time = options.clock ?? clock();
  const apiKeys = new ApiKeys(time);
  const keys = [
    { name: "partner", value, enabled: true },
    { name: "former", value: `${value}-2`, enabled: false },
  ];
  apiKeys.define(keys, [{ name: "basic", keys: ["partner", "former"], apis: ["chat"], ...plan }]);
  return startAccessRig({
    connect: { apiKeyRequired: true },
    ...options,
    clock: time,
    access: { apiKeys },
  });
}

const withKey = (key: string) => ({ ws: { headers: { "X-Api-Key": key } } });

it("a key in the header lets in, and events name it", async () => {
  const opened: ConnectionFacts[] = [];
  const records = { opened: (facts: ConnectionFacts) => void opened.push(facts), closed: () => {} };
  await using access = await start({}, { records });
  await access.rig.connect(withKey(value));
  const [connect] = access.events as ConnectEvent[];
  expect(connect && toAwsEvent(connect).requestContext.identity).toEqual({
    sourceIp: "127.0.0.1",
    apiKey: value,
    apiKeyId: "partner",
  });
  // What is recorded lies on a disk.
  expect(opened).toMatchObject([{ apiKeyId: "partner" }]);
  expect(JSON.stringify(opened)).not.toContain(value);
});

describe("403 Forbidden", () => {
  it.each<[string, object, RegExp]>([
    ["without a key", {}, /it has no API key$/],
    ["with one of nobody", withKey("nobody"), /nobody has its API key$/],
    ["with one that is disabled", withKey(`${value}-2`), /its API key "former" is disabled$/],
  ])("%s", async (_what, client, cause) => {
    await using access = await start();
    const refusal = await access.rig.refusal(client);
    expect([refusal.status, refusal.body]).toEqual([403, expect.stringMatching(said("Forbidden"))]);
    expect(access.refusals()).toMatchObject([{ message: expect.stringMatching(cause) }]);
    expect(access.events).toEqual([]);
  });

  it("with one whose plan has another API", async () => {
    await using access = await start({ apis: ["admin"] });
    expect((await access.rig.refusal(withKey(value))).status).toBe(403);
    expect(access.refusals()).toMatchObject([{ message: expect.stringContaining("no usage plan has") }]);
  });

  it("says nothing of values in the log", async () => {
    await using access = await start({ apis: [] });
    await access.rig.refusal(withKey(value));
    expect(JSON.stringify(access.rig.log.entries)).not.toContain(value);
  });
});

describe("429", () => {
  it("above the plan's rate, until there are tokens again", async () => {
    const time = clock();
    await using access = await start({ throttling: { ratePerSecond: 2, burst: 1 } }, { clock: time });
    await access.rig.connect(withKey(value));
    const refusal = await access.rig.refusal(withKey(value));
    expect([refusal.status, refusal.body]).toEqual([429, expect.stringMatching(said("Too Many Requests"))]);
    time.advance(500);
    await access.rig.connect(withKey(value));
  });

  it("above the plan's quota, until the next day", async () => {
    const time = clock();
    await using access = await start({ quota: { requests: 1, period: "day" } }, { clock: time });
    await access.rig.connect(withKey(value));
    const refusal = await access.rig.refusal(withKey(value));
    expect([refusal.status, refusal.body]).toEqual([429, expect.stringMatching(said("Limit Exceeded"))]);
    expect(access.refusals()).toMatchObject([{ message: expect.stringContaining("1 a day, is used up") }]);
    time.advance(24 * 60 * 60 * 1000);
    await access.rig.connect(withKey(value));
  });
});

it("a key may come from the authorizer", async () => {
  let usageIdentifierKey: string | undefined = value;
  const opened: ConnectionFacts[] = [];
  const records = { opened: (facts: ConnectionFacts) => void opened.push(facts), closed: () => {} };
  const policyDocument = {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn }],
  };
  await using access = await start(
    {},
    {
      connect: { apiKeyRequired: true, authorization: { kind: "authorizer", authorizer: "door" } },
      api: {
        authorizers: [{ name: "door", function: "authorizer", identitySources: [] }],
        apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
      },
      authorize: () => ({
        policyDocument,
        usageIdentifierKey,
        context: { plan: "gold", usageIdentifierKey },
      }),
      records,
    },
  );
  await access.rig.connect();
  expect(access.events.at(-1)).toMatchObject({
    connection: { apiKeyId: "partner", authorizer: { plan: "gold" } },
  });
  // What is recorded lies on a disk.
  expect(opened).toMatchObject([{ apiKeyId: "partner", authorizer: { plan: "gold" } }]);
  expect(JSON.stringify(opened)).not.toContain(value);
  usageIdentifierKey = undefined;
  expect((await access.rig.refusal(withKey(value))).status).toBe(403);
  expect(access.refusals()).toMatchObject([
    { message: expect.stringContaining("its authorizer gave no API key") },
  ]);
});
