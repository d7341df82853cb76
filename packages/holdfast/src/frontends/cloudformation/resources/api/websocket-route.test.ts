import { describe, expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readQuietly,
  readSample,
  reportedIn,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import type { Json } from "../../template/template.ts";

const Ask = v2("Authorizer", {
  Name: "Ask",
  AuthorizerType: "REQUEST",
  AuthorizerUri: invocationOf("Talk"),
  IdentitySource: ["route.request.querystring.token"],
});
const AuthorizerId: Json = { Ref: "Ask" };
const connect = withProperties(chat, { Say: { RouteKey: "$connect" } });

describe("a route responds", () => {
  const response = v2("RouteResponse", { RouteId: { Ref: "Say" }, RouteResponseKey: "$default" });
  const selected = withProperties(chat, { Say: { RouteResponseSelectionExpression: "$default" } });
  const other = v2("RouteResponse", { RouteId: "elsewhere", RouteResponseKey: "$default" });

  it.each([
    ["with a route response alone", { ...chat, response }, true],
    ["with the expression alone, as SAM writes it", selected, true],
    ["with both", { ...selected, response }, true],
    ["not with another's response", { ...chat, other }, false],
  ])("%s", (_when, resources, responds) => {
    expect(readQuietly(resources).routes[0]?.responds).toBe(responds);
  });
});

describe("who may connect", () => {
  it.each<[Readonly<Record<string, Json>>, object]>([
    [{}, { kind: "none" }],
    [{ AuthorizationType: "NONE", AuthorizerId }, { kind: "none" }],
    [{ AuthorizationType: "AWS_IAM" }, { kind: "iam" }],
    [
      { AuthorizationType: "CUSTOM", AuthorizerId },
      { kind: "authorizer", authorizer: "Ask" },
    ],
  ])("is what %j says", (properties, authorization) => {
    const api = readQuietly({ ...withProperties(connect, { Say: properties }), Ask });
    expect(api.routes[0]?.authorization).toEqual(authorization);
  });

  it("is not left open by a word that is none", () => {
    const { draft, diagnostics } = readSample(withProperties(connect, { Say: { AuthorizationType: "JWT" } }));
    expect(draft.webSocketApis[0]?.routes).toEqual([]);
    expect(diagnostics).toMatchObject([
      { severity: "error", path: "Resources/Say/Properties/AuthorizationType" },
    ]);
  });

  it.each<[string, Readonly<Record<string, Json>>, RegExp]>([
    ["no authorizer to ask", { AuthorizationType: "CUSTOM" }, /^error Say\/Properties\/AuthorizerId/],
    ["an authorizer nobody asks", { AuthorizerId }, /^warning Say\/Properties\/AuthorizerId: .*not asked/],
  ])("with %s is reported", (_what, properties, message) => {
    expect(reportedIn({ ...withProperties(connect, { Say: properties }), Ask })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it("may be asked for an API key, at $connect only", () => {
    const keyed = { Say: { ApiKeyRequired: true } };
    expect(readQuietly(withProperties(connect, keyed)).routes[0]?.apiKeyRequired).toBe(true);
    const { draft, diagnostics } = readSample(withProperties(chat, keyed));
    expect(draft.webSocketApis[0]?.routes[0]?.apiKeyRequired).toBe(false);
    expect(diagnostics).toMatchObject([
      { severity: "warning", path: "Resources/Say/Properties/ApiKeyRequired" },
    ]);
  });
});

describe("an error at the route's place is", () => {
  it.each<[string, Json, RegExp]>([
    ["a target that is no integration", "integrations/nothing", /no integration of its API/],
    ["a target of another form", { Ref: "SayIntegration" }, /no integration of its API/],
  ])("%s", (_what, Target, message) => {
    const { diagnostics } = readSample(withProperties(chat, { Say: { Target } }));
    expect(diagnostics).toMatchObject([
      {
        severity: "error",
        path: "Resources/Say/Properties/Target",
        message: expect.stringMatching(message) as string,
      },
    ]);
  });

  it("an integration that cannot run, and nothing where no route uses it", () => {
    const IntegrationUri = "arn:aws:lambda:eu-central-1:000000000000:function:Nobody";
    expect(reportedIn(withProperties(chat, { SayIntegration: { IntegrationUri } }))).toEqual([
      expect.stringMatching(/^error Say\/Properties\/Target: .*no function "Nobody"$/),
    ]);
    const Unused = v2("Integration", { IntegrationType: "AWS_PROXY", IntegrationUri });
    expect(reportedIn({ ...chat, Unused })).toEqual([]);
  });

  it("a missing target", () => {
    const Say = v2("Route", { RouteKey: "say" });
    expect(reportedIn({ ...chat, Say })).toEqual([
      expect.stringMatching(/^error Say\/Properties\/Target: .*is missing$/),
    ]);
  });
});

it("parameters that a handshake must have are a warning", () => {
  const RequestParameters = { "route.request.querystring.token": { Required: true } };
  expect(reportedIn(withProperties(connect, { Say: { RequestParameters } }))).toEqual([
    expect.stringContaining("handshakes without route.request.querystring.token are taken"),
  ]);
});

it("a route of an API elsewhere is a warning", () => {
  const Stray = v2("Route", { ApiId: "abcdefghij", RouteKey: "x", Target: "integrations/y" });
  expect(reportedIn({ ...chat, Stray })).toEqual([
    expect.stringMatching(/^warning Stray\/Properties\/ApiId: .*not in this template/),
  ]);
});
