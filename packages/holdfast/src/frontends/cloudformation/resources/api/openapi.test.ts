import { describe, expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readSample,
  reportedIn,
  v2,
} from "../../../../../test/cloudformation/api-resources.ts";
import type { Json } from "../../template/template.ts";

const integration = {
  type: "aws_proxy",
  httpMethod: "POST",
  uri: invocationOf("Talk"),
  payloadFormatVersion: "2.0",
};
const operation = { "x-amazon-apigateway-integration": integration };

const described = (body: Readonly<Record<string, Json>>) => ({
  Api: v2("Api", { Body: { openapi: "3.0.1", info: { title: "web" }, ...body } }),
  Live: v2("Stage", { StageName: "$default", AutoDeploy: true }),
  Talk: chat.Talk,
});

const routesOf = (body: Readonly<Record<string, Json>>) =>
  readSample(described(body)).draft.httpRoutes.map(
    ({ method, path, aws }) => `${method} ${path} ${aws?.payload}`,
  );

it("operations are routes", () => {
  const paths = {
    "/games": { get: operation, "x-amazon-apigateway-any-method": operation, parameters: [] },
    "/games/{id}": { delete: operation },
    "x-more": { get: operation },
  };
  expect(reportedIn(described({ paths }))).toEqual([]);
  expect(routesOf({ paths })).toEqual(["GET /games 2.0", "ANY /games 2.0", "DELETE /games/{id} 2.0"]);
});

it.each(["$default", "/$default"])("%s is every other path", (path) => {
  const paths = { [path]: { "x-amazon-apigateway-any-method": { isDefaultRoute: true, ...operation } } };
  expect(routesOf({ paths })).toEqual(["ANY / 2.0", "ANY /{proxy+} 2.0"]);
});

it("an integration may stand among the components", () => {
  const $ref = "#/components/x-amazon-apigateway-integrations/talk";
  const body = {
    paths: { "/games": { get: { "x-amazon-apigateway-integration": { $ref } } } },
    components: { "x-amazon-apigateway-integrations": { talk: integration } },
  };
  expect(routesOf(body)).toEqual(["GET /games 2.0"]);
});

describe("who is asked before", () => {
  const guarded = { ...operation, security: [{ tokens: [] }] };
  const open = { ...operation, security: [] };

  it.each<[string, Readonly<Record<string, Json>>, readonly string[]]>([
    ["an operation's own", { paths: { "/a": { get: guarded }, "/b": { get: operation } } }, ["GET /a"]],
    [
      "the document's",
      { security: [{ tokens: [] }], paths: { "/a": { get: operation }, "/b": { get: open } } },
      ["GET /a"],
    ],
    ["none of SAM's", { paths: { "/a": { get: { ...operation, security: [{ NONE: [] }] } } } }, []],
  ])("is a warning: %s", (_whose, body, guardedRoutes) => {
    const warnings = guardedRoutes.map((route) =>
      expect.stringContaining(`does not ask the authorizer tokens: anyone may call ${route} here`),
    );
    expect(reportedIn(described(body))).toEqual(warnings);
  });
});

it.each<[string, Json, RegExp]>([
  [
    "mock answers",
    { get: { "x-amazon-apigateway-integration": { type: "mock" } } },
    /^warning .*integration MOCK$/,
  ],
  ["nothing behind it", { get: { responses: {} } }, /^warning .*without an integration$/],
])("an operation with %s is a warning at its place", (_what, item, message) => {
  const [reported] = reportedIn(described({ paths: { "/games": item } }));
  expect(reported).toMatch(message);
  expect(reported).toContain("Api/Properties/Body/paths//games/get");
});

it("CORS of the document is a warning, and a path of no path's form an error", () => {
  expect(reportedIn(described({ "x-amazon-apigateway-cors": {}, paths: {} }))).toEqual([
    expect.stringMatching(/^warning Api\/Properties\/Body\/x-amazon-apigateway-cors/),
  ]);
  expect(reportedIn(described({ paths: { games: { get: operation } } }))).toContainEqual(
    expect.stringMatching(/^error Api\/Properties\/Body\/paths\/games/),
  );
});
