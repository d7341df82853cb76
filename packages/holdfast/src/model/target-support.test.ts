import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleFunction, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel, Mapping, Route, WebSocketApi } from "./app-model.ts";
import { validateModel, type Finding } from "./validate.ts";

describe("validateModel for the local target", () => {
  const local = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change }, "local");
  const route = (change: Partial<Route>) =>
    local({ webSocketApis: [sampleApi({ routes: [sampleRoute(change)] })] });
  const api = (change: Partial<WebSocketApi>) => local({ webSocketApis: [sampleApi(change)] });
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
      "HTTP integrations",
      route({ integration: { kind: "http", proxy: true, method: "POST", uri } }),
      "websocket:chat/route:join",
    ],
    ["mock integrations", route({ integration: { kind: "mock" } }), "websocket:chat/route:join"],
    [
      "service integrations",
      route({ integration: { kind: "service", service: "dynamodb", action: "PutItem" } }),
      "websocket:chat/route:join",
    ],
    [
      "function integrations that are no proxies",
      route({ integration: { kind: "function", function: "handler", proxy: false } }),
      "websocket:chat/route:join",
    ],
    [
      "mappings",
      route({ integration: { kind: "function", function: "handler", proxy: true, mapping } }),
      "websocket:chat/route:join",
    ],
    ["IAM authorization", route({ authorization: { kind: "iam" } }), "websocket:chat/route:join"],
    ["authorizers", api({ authorizers: [authorizer] }), "websocket:chat"],
    ["request models", api({ models: [requestModel] }), "websocket:chat/model:m"],
    ["throttling", api({ throttling }), "websocket:chat"],
    ["throttling", route({ throttling }), "websocket:chat/route:join"],
    ["API keys", route({ apiKeyRequired: true }), "websocket:chat/route:join"],
    ["request models", route({ modelSelectionExpression: "$request.body.a" }), "websocket:chat/route:join"],
    [
      "functions in folders of their own",
      local({ functions: [sampleFunction({ code: { kind: "handler", dir: "src", handler: "a.b" } })] }),
      "function:handler",
    ],
  ])("refuses %s", (what, findings, subject) => {
    const finding = onlyFinding(findings);
    expect(finding).toMatchObject({ code: "MODEL_UNSUPPORTED", subject });
    expect(finding.message).toContain(`The target "local" does not run ${what} yet`);
    expect(findings[0]?.severity).toBe("error");
  });

  it("refuses an authorizer's route and its request models, each where they stand", () => {
    const routes = [
      sampleRoute({
        authorization: { kind: "authorizer", authorizer: "a" },
        requestModels: { $default: "m" },
      }),
    ];
    const findings = api({ routes, authorizers: [authorizer], models: [requestModel] });
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      "MODEL_UNSUPPORTED websocket:chat",
      "MODEL_UNSUPPORTED websocket:chat/route:join",
      "MODEL_UNSUPPORTED websocket:chat/model:m",
    ]);
  });

  it("runs request models that their functions enforce, and routes that select among them", () => {
    const routes = [sampleRoute({ requestModels: { $default: "m" }, modelSelectionExpression: "$default" })];
    expect(api({ routes, models: [{ ...requestModel, enforcedBy: "function" }] })).toEqual([]);
  });

  it("only warns of access logs, without which the app is the same", () => {
    const [finding] = api({ accessLogFormat: "$context.requestId" });
    expect(finding).toMatchObject({
      code: "MODEL_UNSUPPORTED",
      severity: "warning",
      subject: "websocket:chat",
    });
  });

  it("says nothing of an API key's place when no route asks for a key", () => {
    expect(api({ apiKeySelectionExpression: "$request.header.x-api-key" })).toEqual([]);
  });
});
