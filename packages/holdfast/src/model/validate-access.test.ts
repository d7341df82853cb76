import { describe, expect, it } from "vitest";
import { sampleApi, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel, Route, UsagePlan, WebSocketApi } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const value = "a-key-of-twenty-characters";
const key = { name: "partner", source: { kind: "value", value }, enabled: true } as const;
const plan: UsagePlan = { name: "basic", keys: ["partner"], apis: ["chat"] };
const authorizer = { name: "a", function: "handler", identitySources: ["route.request.header.Auth"] };

const found = (model: Partial<AppModel>): string[] =>
  validateModel({ ...sampleModel, ...model }).map(
    ({ severity, code, subject }) => `${severity} ${code} ${subject}`,
  );
const foundInApi = (change: Partial<WebSocketApi>, model: Partial<AppModel> = {}): string[] =>
  found({ ...model, webSocketApis: [sampleApi(change)] });
const foundInRoute = (change: Partial<Route>, api: Partial<WebSocketApi> = {}): string[] =>
  foundInApi({ ...api, routes: [sampleRoute(change)] }, { apiKeys: [key], usagePlans: [plan] });

describe("routes", () => {
  it("may ask at $connect for whatever there is", () => {
    const authorization = { kind: "authorizer", authorizer: "a" } as const;
    const apiKeySelectionExpression = "$context.authorizer.usageIdentifierKey";
    for (const change of [
      { authorization },
      { authorization: { kind: "iam" } as const },
      { apiKeyRequired: true },
      { apiKeyRequired: true, authorization },
    ])
      expect(foundInRoute({ key: "$connect", ...change }, { authorizers: [authorizer] })).toEqual([]);
    expect(
      foundInRoute(
        { key: "$connect", apiKeyRequired: true, authorization },
        { authorizers: [authorizer], apiKeySelectionExpression },
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<Route>, string]>([
    ["an authorizer", { authorization: { kind: "authorizer", authorizer: "a" } }, "error"],
    ["a key", { apiKeyRequired: true }, "error"],
    ["IAM, which nobody checks,", { authorization: { kind: "iam" } }, "warning"],
  ])("have %s at $connect only", (_what, change, severity) => {
    expect(foundInRoute(change, { authorizers: [authorizer] })).toEqual([
      `${severity} ACCESS_INVALID websocket:chat/route:join`,
    ]);
  });

  it("cannot have a key from an authorizer without one", () => {
    const apiKeySelectionExpression = "$context.authorizer.usageIdentifierKey";
    expect(foundInRoute({ key: "$connect", apiKeyRequired: true }, { apiKeySelectionExpression })).toEqual([
      "error ACCESS_INVALID websocket:chat/route:$connect",
    ]);
  });

  it("warn when no key opens the API", () => {
    const routes = [sampleRoute({ key: "$connect", apiKeyRequired: true })];
    expect(foundInApi({ routes })).toEqual(["warning ACCESS_INVALID websocket:chat/route:$connect"]);
  });
});

it("identity sources are looked at", () => {
  const authorizers = [{ ...authorizer, identitySources: ["$request.header.Auth"] }];
  expect(foundInApi({ authorizers })).toEqual(["error EXPRESSION_INVALID websocket:chat/authorizer:a"]);
});

describe("keys and plans", () => {
  const other = { ...key, name: "other", source: { kind: "value", value: `${value}-2` } } as const;
  const foundInPlans = (apiKeys: AppModel["apiKeys"], usagePlans: AppModel["usagePlans"]): string[] =>
    found({ apiKeys, usagePlans });

  it("that fit raise nothing", () => {
    const limits = {
      throttling: { ratePerSecond: 0.5, burst: 2 },
      quota: { requests: 10, period: "week" },
    } as const;
    expect(foundInPlans([key, other], [{ ...plan, ...limits, keys: ["partner", "other"] }])).toEqual([]);
    const secret = { name: "s", source: { kind: "secret", secret: "KEY" }, enabled: true } as const;
    expect(found({ apiKeys: [secret], secrets: [{ name: "KEY" }] })).toEqual([]);
  });

  it.each<[string, AppModel["apiKeys"], AppModel["usagePlans"], readonly string[]]>([
    ["a key that is not there", [], [plan], ["error REFERENCE_UNKNOWN usage-plan:basic"]],
    [
      "an API that is not there",
      [key],
      [{ ...plan, apis: ["x"] }],
      ["error REFERENCE_UNKNOWN usage-plan:basic"],
    ],
    [
      "a secret that is not there",
      [{ ...key, source: { kind: "secret", secret: "X" } }],
      [],
      ["error REFERENCE_UNKNOWN api-key:partner"],
    ],
    ["a value twice", [key, { ...key, name: "b" }], [], ["error ACCESS_INVALID api-key:b"]],
    [
      "an empty value",
      [{ ...key, source: { kind: "value", value: "" } }],
      [],
      ["error ACCESS_INVALID api-key:partner"],
    ],
    [
      "a short value",
      [{ ...key, source: { kind: "value", value: "abc" } }],
      [],
      ["warning LIMIT_INVALID api-key:partner"],
    ],
    ["a key in two plans", [key], [plan, { ...plan, name: "b" }], ["error ACCESS_INVALID usage-plan:b"]],
    [
      "limits out of range",
      [key],
      [{ ...plan, throttling: { ratePerSecond: -1, burst: 1.5 }, quota: { requests: -1, period: "day" } }],
      Array(3).fill("error LIMIT_INVALID usage-plan:basic"),
    ],
    ["a name twice", [key], [plan, { ...plan, apis: [] }], ["error NAME_DUPLICATE usage-plan:basic"]],
  ])("find %s", (_what, apiKeys, usagePlans, findings) => {
    expect(foundInPlans(apiKeys, usagePlans)).toEqual(findings);
  });
});
