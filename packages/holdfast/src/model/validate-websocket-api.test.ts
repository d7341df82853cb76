import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel, Mapping, Route, WebSocketApi } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });
const validateApi = (change: Partial<WebSocketApi>) => validate({ webSocketApis: [sampleApi(change)] });
const validateRoute = (change: Partial<Route>) => validateApi({ routes: [sampleRoute(change)] });

describe("routes", () => {
  it("with one key twice are reported with key and API", () => {
    const routes = [sampleRoute(), sampleRoute({ key: "leave" }), sampleRoute()];
    expect(onlyFinding(validateApi({ routes }))).toEqual({
      code: "ROUTE_DUPLICATE",
      subject: "websocket:chat/route:join",
      occurrence: 1,
      message: 'The route key "join" stands twice in WebSocket API "chat"',
    });
  });

  it("of two APIs may have the same key, though the APIs may not have the same name", () => {
    const apis = [sampleApi({ routes: [sampleRoute()] }), sampleApi({ routes: [sampleRoute()] })];
    expect(validate({ webSocketApis: apis }).map(({ code }) => code)).toEqual(["NAME_DUPLICATE"]);
  });

  it.each([
    ["", "empty"],
    ["$join", "start with $"],
    ["$", "start with $"],
    ["x".repeat(129), "longer than 128"],
  ])("must not have the key %j", (key, why) => {
    const finding = onlyFinding(validateRoute({ key }));
    expect(finding).toMatchObject({ code: "ROUTE_KEY_INVALID", subject: `websocket:chat/route:${key}` });
    expect(finding.message).toContain(why);
  });

  it.each(["$connect", "$disconnect", "$default", "a/b c", "[a, b]", "日本", "x".repeat(128)])(
    "may have the key %j",
    (key) => {
      expect(validateRoute({ key })).toEqual([]);
    },
  );
});

describe("expressions", () => {
  it.each(["$request.body", "$context.stage", "$request.header.x", "a$b", ""])(
    "cannot route by %j",
    (routeSelectionExpression) => {
      expect(onlyFinding(validateApi({ routeSelectionExpression }))).toMatchObject({
        code: "EXPRESSION_INVALID",
        subject: "websocket:chat",
      });
    },
  );

  it("can route by text around the body", () => {
    expect(validateApi({ routeSelectionExpression: "v1-${request.body.a[0].b}" })).toEqual([]);
  });

  it("of request models and templates are read as well", () => {
    const mapping: Mapping = {
      requestParameters: {},
      requestTemplates: {},
      templateSelectionExpression: "$integration.response.statuscode",
      passthrough: "never",
      responses: [
        {
          key: "$default",
          templates: {},
          parameters: {},
          templateSelectionExpression: "${integration.response.statuscode}",
        },
        { key: "/4../", templates: {}, parameters: {}, templateSelectionExpression: "$request.header.x" },
      ],
    };
    const findings = validateRoute({
      modelSelectionExpression: "$request.header.x",
      integration: { kind: "mock", mapping },
    });
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual(
      Array.from({ length: 3 }, () => ["EXPRESSION_INVALID", "websocket:chat/route:join"]),
    );
  });

  it("of API keys are one of two", () => {
    expect(validateApi({ apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" })).toEqual([]);
    expect(onlyFinding(validateApi({ apiKeySelectionExpression: "$request.header.other" }))).toMatchObject({
      code: "EXPRESSION_INVALID",
      message: expect.stringContaining("$request.header.x-api-key"),
    });
  });
});
