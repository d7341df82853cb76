import { expect, it } from "vitest";
import {
  chat,
  readQuietly,
  readSample,
  reportedIn,
  to,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import { defaultLimits } from "../../../../model/defaults.ts";

it("a WebSocket API has all of the model's defaults, as one that is written in code", () => {
  expect(readQuietly(chat)).toEqual({
    name: "chat",
    routeSelectionExpression: "$request.body.action",
    stage: "live",
    routes: [
      {
        key: "say",
        integration: { kind: "function", function: "Talk", proxy: true },
        responds: false,
        ordered: false,
        authorization: { kind: "none" },
        apiKeyRequired: false,
        requestModels: {},
      },
    ],
    extensions: [],
    authorizers: [],
    models: [],
    stageVariables: {},
    limits: defaultLimits,
  });
});

it("an API whose name is no plain one is called by its logical id", () => {
  expect(readQuietly(withProperties(chat, { Api: { Name: "The chat of my team" } })).name).toBe("Api");
});

it("parts of two APIs do not mix", () => {
  const other = (kind: string, properties: Parameters<typeof v2>[1]) =>
    v2(kind, { ApiId: { Ref: "Other" }, ...properties });
  const { draft, diagnostics } = readSample({
    ...chat,
    Other: v2("Api", {
      Name: "other",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.type",
    }),
    Hear: other("Route", { RouteKey: "hear", Target: to("Nothing") }),
    Nothing: other("Integration", { IntegrationType: "MOCK" }),
    OtherLive: other("Stage", { StageName: "other", AutoDeploy: true }),
  });
  expect(diagnostics).toEqual([]);
  expect(draft.webSocketApis.map(({ name, routes }) => [name, routes.map(({ key }) => key)])).toEqual([
    ["chat", ["say"]],
    ["other", ["hear"]],
  ]);
});

it("models are read, those written as text too", () => {
  const schema = { type: "object", required: ["text"] };
  const api = readQuietly({
    ...withProperties(chat, {
      Say: {
        ModelSelectionExpression: "$request.body.kind",
        RequestModels: { short: "Short", long: { Ref: "LongModel" } },
      },
    }),
    ShortModel: v2("Model", { Name: "Short", ContentType: "application/json", Schema: schema }),
    LongModel: v2("Model", { Name: "Long", Schema: JSON.stringify(schema) }),
  });
  expect(api.models).toEqual([
    { name: "Short", contentType: "application/json", schema, enforcedBy: "gateway" },
    { name: "Long", contentType: "application/json", schema, enforcedBy: "gateway" },
  ]);
  expect(api.routes[0]).toMatchObject({
    modelSelectionExpression: "$request.body.kind",
    requestModels: { short: "Short", long: "Long" },
  });
});

it("where the key is, is the API's to say", () => {
  const expression = "$context.authorizer.usageIdentifierKey";
  const api = readQuietly(withProperties(chat, { Api: { ApiKeySelectionExpression: expression } }));
  expect(api.apiKeySelectionExpression).toBe(expression);
});

it.each<[string, Parameters<typeof withProperties>[1], RegExp]>([
  ["a body", { Api: { Body: { paths: {} } } }, /^error Api\/Properties\/Body: .*HTTP APIs only$/],
  ["its endpoint taken away", { Api: { DisableExecuteApiEndpoint: "true" } }, /^warning Api\/.*own domain$/],
  ["an unknown protocol", { Api: { ProtocolType: "MQTT" } }, /^error Api\/.*WEBSOCKET, HTTP/],
])("an API with %s is reported", (_what, change, message) => {
  expect(reportedIn(withProperties(chat, change))).toContainEqual(expect.stringMatching(message));
});

it("an API without an expression is an error", () => {
  const Api = v2("Api", { Name: "chat", ProtocolType: "WEBSOCKET" });
  expect(reportedIn({ ...chat, Api })).toEqual([
    expect.stringMatching(/^error Api\/Properties\/RouteSelectionExpression: .*is missing$/),
  ]);
});

it("a model whose schema cannot be read is an error", () => {
  const BrokenModel = v2("Model", { Name: "Broken", Schema: "{" });
  expect(reportedIn({ ...chat, BrokenModel })).toEqual([
    expect.stringMatching(/^error BrokenModel\/Properties\/Schema: .*not JSON$/),
  ]);
});
