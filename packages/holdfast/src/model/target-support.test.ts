import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleFunction, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel, Mapping, Route, WebSocketApi } from "./app-model.ts";
import { validateModel, type Finding } from "./validate.ts";

const sampleQueue: AppModel["queues"][number] = {
  name: "work",
  fifo: false,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 262_144,
  contentBasedDeduplication: false,
};

const sampleSource: AppModel["eventSources"][number] = {
  function: "handler",
  source: { kind: "queue", queue: "work" },
  batchSize: 1,
  windowMs: 0,
  partialFailures: false,
  filters: [],
  bisects: false,
};

describe("validateModel for the local target", () => {
  const local = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change }, "local");
  const route = (change: Partial<Route>) =>
    local({ webSocketApis: [sampleApi({ routes: [sampleRoute(change)] })] });
  const api = (change: Partial<WebSocketApi>) => local({ webSocketApis: [sampleApi(change)] });
  const connect = (change: Partial<Route>) =>
    api({ routes: [sampleRoute({ key: "$connect", ...change })], authorizers: [authorizer] });
  const mapping: Mapping = {
    requestParameters: {},
    requestTemplates: {},
    passthrough: "never",
    responses: [],
  };
  const throttling = { ratePerSecond: 1, burst: 1 };
  const authorizer = { name: "a", function: "handler", identitySources: [] };
  const requestModel = {
    name: "m",
    contentType: "application/json",
    schema: {},
    enforcedBy: "gateway",
  } as const;
  const uri = "https://example.com";

  it.each<[string, readonly Finding[], string]>([
    [
      "mappings of function proxies",
      route({ integration: { kind: "function", function: "handler", proxy: true, mapping } }),
      "websocket:chat/route:join",
    ],
  ])("refuses %s", (what, findings, subject) => {
    const finding = onlyFinding(findings);
    expect(finding).toMatchObject({ code: "MODEL_UNSUPPORTED", subject });
    expect(finding.message).toContain(`The target "local" does not run ${what} yet`);
    expect(findings[0]?.severity).toBe("error");
  });

  it.each<[string, readonly Finding[]]>([
    [
      "HTTP integrations",
      route({ integration: { kind: "http", proxy: true, method: "POST", uri, mapping } }),
    ],
    ["mock integrations", route({ integration: { kind: "mock", mapping } })],
    [
      "functions that are no proxies",
      route({ integration: { kind: "function", function: "handler", proxy: false, mapping } }),
    ],
    ["request models", api({ models: [requestModel] })],
    ["model selection", route({ modelSelectionExpression: "$request.body.a" })],
    ["IAM authorization", connect({ authorization: { kind: "iam" } })],
    ["authorizers", connect({ authorization: { kind: "authorizer", authorizer: "a" } })],
    ["throttling", api({ throttling })],
    ["throttling of routes", route({ throttling })],
    [
      "functions in folders of their own",
      local({ functions: [sampleFunction({ code: { kind: "handler", dir: "src", handler: "a.b" } })] }),
    ],
    ["parameters", local({ parameters: [{ name: "/a", type: "String", value: "b" }] })],
    [
      "event rules",
      local({ eventRules: [{ name: "r", pattern: "{}", targets: [{ function: "handler" }] }] }),
    ],
    [
      "queues and what feeds functions from them",
      local({ queues: [sampleQueue], eventSources: [sampleSource] }),
    ],
    ["outputs", local({ outputs: [{ name: "Url", value: "wss://x" }] })],
  ])("runs %s", (_what, findings) => {
    expect(findings).toEqual([]);
  });

  it("runs request models that their functions enforce, and routes that select among them", () => {
    const routes = [sampleRoute({ requestModels: { $default: "m" }, modelSelectionExpression: "$default" })];
    expect(api({ routes, models: [{ ...requestModel, enforcedBy: "function" }] })).toEqual([]);
  });

  it("runs access logs and binary messages", () => {
    expect(api({ accessLogFormat: "$context.requestId", binary: "allow" })).toEqual([]);
  });

  it("says nothing of an API key's place when no route asks for a key", () => {
    expect(api({ apiKeySelectionExpression: "$request.header.x-api-key" })).toEqual([]);
  });
});
