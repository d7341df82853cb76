import { describe, expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readSample,
  reportedIn,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import type { SampleResource } from "../../../../../test/cloudformation/resource-set.ts";
import type { Json } from "../../template/template.ts";

const v1 = (kind: string, properties: Readonly<Record<string, Json>>): SampleResource => ({
  Type: `AWS::ApiGateway::${kind}`,
  Properties: kind === "RestApi" ? properties : { RestApiId: { Ref: "Api" }, ...properties },
});
const Integration = { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: invocationOf("Talk") };
const root: Json = { "Fn::GetAtt": ["Api", "RootResourceId"] };

const admin = {
  Api: v1("RestApi", { Name: "admin" }),
  Games: v1("Resource", { ParentId: root, PathPart: "games" }),
  Game: v1("Resource", { ParentId: { Ref: "Games" }, PathPart: "{id}" }),
  GetGame: v1("Method", {
    ResourceId: { Ref: "Game" },
    HttpMethod: "GET",
    AuthorizationType: "NONE",
    Integration,
  }),
  AtRoot: v1("Method", { ResourceId: root, HttpMethod: "post", Integration }),
  Deployed: v1("Deployment", {}),
  Prod: v1("Stage", { StageName: "prod", DeploymentId: { Ref: "Deployed" } }),
  Talk: chat.Talk,
} as const;

const routesOf = (resources: Parameters<typeof readSample>[0]) =>
  readSample(resources).draft.httpRoutes.map(
    ({ method, path, function: name, aws }) => `${method} ${path} ${name} ${aws?.payload} ${aws?.stage}`,
  );

it("methods are routes below their stage", () => {
  expect(reportedIn(admin)).toEqual([]);
  expect(routesOf(admin)).toEqual(["GET /prod/games/{id} Talk 1.0 prod", "POST /prod Talk 1.0 prod"]);
});

it("a document's operations are routes, with REST's payload", () => {
  const integration = { type: "aws_proxy", uri: invocationOf("Talk"), payloadFormatVersion: "2.0" };
  const Body = {
    swagger: "2.0",
    paths: {
      "/{proxy+}": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": integration } },
    },
  };
  const { Prod, Talk } = admin;
  expect(routesOf({ Api: v1("RestApi", { Body }), Prod, Talk })).toEqual([
    "ANY /prod/{proxy+} Talk 1.0 prod",
  ]);
});

it("a deployment may make a stage, and have its variables", () => {
  const Uri = "arn:aws:lambda:eu-central-1:000000000000:function:${stageVariables.name}";
  const {
    Prod: _,
    AtRoot: __,
    ...rest
  } = withProperties(admin, {
    GetGame: { Integration: { ...Integration, Uri } },
    Deployed: { StageName: "test", StageDescription: { Variables: { name: "Talk" } } },
  });
  expect(routesOf(rest)).toEqual(["GET /test/games/{id} Talk 1.0 test"]);
});

it("without a stage it is at the app's own", () => {
  const { Prod: _, AtRoot: __, ...rest } = admin;
  expect(routesOf(rest)).toEqual(["GET /dev/games/{id} Talk 1.0 dev"]);
  expect(reportedIn(rest)).toEqual([expect.stringMatching(/^warning Api: .*no stage/)]);
});

it("parents that lead in a circle end", () => {
  const circle = withProperties(admin, { Games: { ParentId: { Ref: "Game" } } });
  expect(routesOf(circle)).toHaveLength(2);
});

describe("a warning is", () => {
  it.each<[string, Parameters<typeof withProperties>[1], RegExp]>([
    [
      "another integration",
      { GetGame: { Integration: { Type: "MOCK" } } },
      /^warning GetGame: .* GET \/games\/\{id\}: .*MOCK$/,
    ],
    [
      "an authorizer",
      { GetGame: { AuthorizationType: "CUSTOM" } },
      /^warning Api: .*not ask its CUSTOM authorizer/,
    ],
    [
      "a key that is asked for",
      { GetGame: { ApiKeyRequired: true } },
      /^warning Api: .*not ask for an API key/,
    ],
    ["a document elsewhere", { Api: { BodyS3Location: {} } }, /^warning Api\/Properties\/BodyS3Location/],
    ["an API elsewhere", { AtRoot: { RestApiId: "abcdefghij" } }, /^warning AtRoot\/Properties\/RestApiId/],
  ])("%s", (_what, change, message) => {
    expect(reportedIn(withProperties(admin, change))).toEqual([expect.stringMatching(message)]);
  });

  it("what one function cannot be found for, once for all stages", () => {
    const Uri = "arn:aws:lambda:eu-central-1:000000000000:function:Nobody";
    const broken = withProperties(admin, { GetGame: { Integration: { ...Integration, Uri } } });
    expect(reportedIn({ ...broken, Test: v1("Stage", { StageName: "test" }) })).toEqual([
      expect.stringMatching(/^warning GetGame: .*no function "Nobody"$/),
    ]);
  });
});
