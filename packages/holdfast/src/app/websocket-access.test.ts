import { expect, it } from "vitest";
import type { AppModel } from "../model/app-model.ts";
import { validateModel } from "../model/validate.ts";
import { App } from "./app.ts";

function modelOf(declare: (app: App) => void): AppModel {
  const app = new App("access");
  declare(app);
  const { model } = app.declare();
  expect(validateModel(model, "local")).toEqual([]);
  return model;
}

it("an authorizer is a function, and $connect asks it", () => {
  const identitySources = ["route.request.header.Auth"];
  const { webSocketApis, functions } = modelOf((app) => {
    const ws = app.websocket("chat");
    ws.authorize({ identitySources, timeoutMs: 500 }, () => true);
    ws.onConnect(() => {});
  });
  expect(webSocketApis).toMatchObject([
    {
      authorizers: [{ name: "authorizer", function: "websocket-chat-authorize", identitySources }],
      routes: [{ key: "$connect", authorization: { kind: "authorizer", authorizer: "authorizer" } }],
    },
  ]);
  expect(functions[0]).toMatchObject({ name: "websocket-chat-authorize", timeoutMs: 500 });
});

it("an authorizer without a connect handler stands before a $connect that accepts", () => {
  const { webSocketApis, functions } = modelOf((app) => app.websocket("chat").authorize(() => true));
  expect(webSocketApis[0]?.routes).toMatchObject([
    { key: "$connect", integration: { kind: "mock" }, authorization: { kind: "authorizer" } },
  ]);
  expect(functions).toHaveLength(1);
});

it("an API has one authorizer, or IAM", () => {
  const app = new App("access");
  const ws = app.websocket("one");
  ws.authorize(() => true);
  expect(() => ws.authorize(() => true)).toThrow(expect.objectContaining({ code: "NAME_DUPLICATE" }));
  expect(() => ws.onConnect({ iam: true }, () => {})).toThrow(
    expect.objectContaining({ code: "ACCESS_INVALID" }),
  );
  const other = app.websocket("other");
  other.onConnect({ iam: true }, () => {});
  expect(() => other.authorize(() => true)).toThrow(expect.objectContaining({ code: "ACCESS_INVALID" }));
});

it("keys open what their plan says, which unless said is every API that asks for a key", () => {
  const value = "a-key-of-twenty-characters";
  const { apiKeys, usagePlans, webSocketApis } = modelOf((app) => {
    const few = app.usagePlan("few", { throttling: { ratePerSecond: 1, burst: 2 } });
    const none = app.usagePlan("none", { apis: ["b"] });
    app.apiKey("x", { value, plan: few });
    app.apiKey("y", { secret: app.secret("KEY"), enabled: false });
    app.apiKey("z", { value: `${value}-2`, plan: none });
    app.websocket("a").onConnect({ apiKey: true }, () => {});
    app.websocket("b").onConnect({ apiKey: false, iam: true }, () => {});
  });
  expect(apiKeys).toEqual([
    { name: "x", source: { kind: "value", value }, enabled: true },
    { name: "y", source: { kind: "secret", secret: "KEY" }, enabled: false },
    { name: "z", source: { kind: "value", value: `${value}-2` }, enabled: true },
  ]);
  expect(usagePlans).toEqual([
    { name: "few", keys: ["x"], apis: ["a"], throttling: { ratePerSecond: 1, burst: 2 } },
    { name: "none", keys: ["z"], apis: ["b"] },
    { name: "default", keys: ["y"], apis: ["a"] },
  ]);
  expect(webSocketApis.map(({ routes }) => routes[0]?.authorization.kind)).toEqual(["none", "iam"]);
});

it("throttling stands where it was said", () => {
  const throttling = { ratePerSecond: 5, burst: 10 };
  const slow = { ratePerSecond: 1, burst: 1 };
  const { webSocketApis } = modelOf((app) => {
    const ws = app.websocket("chat", { throttling });
    ws.onConnect({ throttling: slow }, () => {});
    ws.on("say", { throttling: slow }, () => {});
    ws.onMessage(() => {});
  });
  expect(webSocketApis[0]?.throttling).toEqual(throttling);
  expect(webSocketApis[0]?.routes.map((route) => route.throttling)).toEqual([slow, slow, undefined]);
});
