import { expect, it } from "vitest";
import {
  chat,
  readSample,
  reportedIn,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import type { SampleResource } from "../../../../../test/cloudformation/resource-set.ts";
import type { Json } from "../../template/template.ts";

const v1 = (kind: string, Properties: Readonly<Record<string, Json>>): SampleResource => ({
  Type: `AWS::ApiGateway::${kind}`,
  Properties,
});
const value = "a-key-of-twenty-characters";

const keyed = {
  ...withProperties(chat, { Say: { RouteKey: "$connect", ApiKeyRequired: true } }),
  Partner: v1("ApiKey", { Name: "partner", Value: value, Enabled: true }),
  Basic: v1("UsagePlan", {
    UsagePlanName: "basic",
    ApiStages: [{ ApiId: { Ref: "Api" }, Stage: { Ref: "Live" } }],
    Throttle: { RateLimit: 2.5 },
    Quota: { Limit: 100, Period: "WEEK" },
  }),
  PartnerInBasic: v1("UsagePlanKey", {
    KeyId: { Ref: "Partner" },
    KeyType: "API_KEY",
    UsagePlanId: { Ref: "Basic" },
  }),
};

it("keys and plans of a WebSocket API are the model's", () => {
  const { draft, diagnostics } = readSample(keyed);
  expect(diagnostics).toEqual([]);
  expect(draft.apiKeys).toEqual([{ name: "partner", source: { kind: "value", value }, enabled: true }]);
  expect(draft.usagePlans).toEqual([
    {
      name: "basic",
      keys: ["partner"],
      apis: ["chat"],
      throttling: { ratePerSecond: 2.5, burst: 5000 },
      quota: { requests: 100, period: "week" },
    },
  ]);
});

it("a key without a value has the same one each time, which the warning tells", () => {
  const resources = { ...keyed, Partner: v1("ApiKey", { Enabled: true }) };
  const made = readSample(resources).draft.apiKeys[0];
  expect(made).toEqual(readSample(resources).draft.apiKeys[0]);
  const madeUp = made?.source.kind === "value" ? made.source.value : "";
  expect(madeUp).toMatch(/^[0-9a-f]{40}$/);
  expect(reportedIn(resources)).toEqual([
    `warning Partner: Partner has no Value, which AWS would make; here it is ${madeUp}`,
  ]);
});

it.each([[{}], [{ Enabled: false }]])("a key with %j is refused", (properties) => {
  const resources = { ...keyed, Partner: v1("ApiKey", { Value: value, ...properties }) };
  expect(readSample(resources).draft.apiKeys[0]?.enabled).toBe(false);
  expect(reportedIn(resources)).toEqual([expect.stringMatching(/^warning Partner: .*Enabled is not true$/)]);
});

it("plans of other APIs and stages are left out, with their keys", () => {
  for (const stage of [
    { ApiId: "elsewhere", Stage: "live" },
    { ApiId: { Ref: "Api" }, Stage: "test" },
  ]) {
    const { draft, diagnostics } = readSample(withProperties(keyed, { Basic: { ApiStages: [stage] } }));
    expect(diagnostics).toEqual([]);
    expect([...draft.apiKeys, ...draft.usagePlans]).toEqual([]);
  }
});

it("a key in no plan opens nothing", () => {
  const { PartnerInBasic: _, ...rest } = keyed;
  expect(reportedIn(rest)).toEqual([expect.stringMatching(/^warning Partner: .*in no usage plan$/)]);
});

it.each([
  [{ Limit: 1, Period: "YEAR" }, /^error Basic\/Properties\/Quota\/Period/],
  [{ Limit: 1 }, /^error Basic\/Properties\/Quota\/Period: .*is missing$/],
  [{ Limit: 1, Period: "DAY", Offset: 1 }, /^warning Basic\/Properties\/Quota\/Offset/],
])("a quota of %j is reported", (Quota, message) => {
  expect(reportedIn(withProperties(keyed, { Basic: { Quota } }))).toEqual([expect.stringMatching(message)]);
});
