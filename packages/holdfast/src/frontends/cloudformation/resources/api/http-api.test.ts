import { describe, expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readSample,
  reportedIn,
  to,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import { asNamed, idOfApi } from "../physical-names.ts";

const web = {
  Api: v2("Api", { Name: "web", ProtocolType: "HTTP" }),
  List: v2("Route", { RouteKey: "GET /games/{id}", Target: to("ListIntegration") }),
  ListIntegration: v2("Integration", {
    IntegrationType: "AWS_PROXY",
    IntegrationUri: { "Fn::GetAtt": ["Talk", "Arn"] },
    PayloadFormatVersion: "2.0",
  }),
  Live: v2("Stage", { StageName: "$default", AutoDeploy: true }),
  Talk: chat.Talk,
} as const;

const routesOf = (resources: Parameters<typeof readSample>[0]) =>
  readSample(resources).draft.httpRoutes.map(
    ({ method, path, function: name, aws }) => `${method} ${path} ${name} ${aws?.payload} ${aws?.stage}`,
  );

it("a route of an HTTP API is one without a stage in its path, where the stage is $default", () => {
  const { set, draft, diagnostics } = readSample(web);
  const [api] = set.ofType("AWS::ApiGatewayV2::Api");
  const apiId = api && idOfApi(asNamed(api), set.appName);
  expect(diagnostics).toEqual([]);
  expect(draft.httpRoutes).toEqual([
    {
      method: "GET",
      path: "/games/{id}",
      function: "Talk",
      aws: { payload: "2.0", apiId, stage: "$default" },
    },
  ]);
  expect(draft.webSocketApis).toEqual([]);
});

it("each named stage stands before the path", () => {
  const Test = v2("Stage", { StageName: "test", AutoDeploy: true });
  expect(routesOf({ ...web, Test })).toEqual([
    "GET /games/{id} Talk 2.0 $default",
    "GET /test/games/{id} Talk 2.0 test",
  ]);
});

it("$default takes what no other route does", () => {
  const Rest = v2("Route", { RouteKey: "$default", Target: to("ListIntegration") });
  const All = v2("Route", { RouteKey: "ANY /{all+}", Target: to("ListIntegration") });
  expect(routesOf({ ...web, Rest })).toEqual([
    "GET /games/{id} Talk 2.0 $default",
    "ANY / Talk 2.0 $default",
    "ANY /{proxy+} Talk 2.0 $default",
  ]);
  expect(reportedIn({ ...web, Rest, All })).toEqual([]);
  expect(routesOf({ ...web, Rest, All })).toEqual([
    "GET /games/{id} Talk 2.0 $default",
    "ANY /{all+} Talk 2.0 $default",
    "ANY / Talk 2.0 $default",
  ]);
});

it.each([
  ["1.0", "1.0"],
  [2, "2.0"],
  [undefined, "1.0"],
])("the payload format %j is %s", (version, payload) => {
  const { PayloadFormatVersion: _, ...rest } = web.ListIntegration.Properties ?? {};
  const ListIntegration = v2("Integration", {
    ...rest,
    ...(version !== undefined && { PayloadFormatVersion: version }),
  });
  expect(readSample({ ...web, ListIntegration }).draft.httpRoutes[0]?.aws?.payload).toBe(payload);
});

describe("a quick API", () => {
  const quick = (properties: Parameters<typeof v2>[1]) => ({
    Api: v2("Api", {
      Name: "web",
      ProtocolType: "HTTP",
      Target: { "Fn::GetAtt": ["Talk", "Arn"] },
      ...properties,
    }),
    Talk: chat.Talk,
  });

  it("has a route and a stage by itself", () => {
    expect(reportedIn(quick({}))).toEqual([]);
    expect(routesOf(quick({}))).toEqual(["ANY / Talk 2.0 $default", "ANY /{proxy+} Talk 2.0 $default"]);
    expect(routesOf(quick({ RouteKey: "GET /" }))).toEqual(["GET / Talk 2.0 $default"]);
  });

  it("before an HTTP backend is not run", () => {
    expect(reportedIn(quick({ Target: "https://example.com" }))).toEqual([
      expect.stringMatching(/^warning Api\/Properties\/Target: .*HTTP_PROXY$/),
    ]);
  });
});

describe("what is not run is a warning:", () => {
  const Guard = v2("Authorizer", { Name: "jwt", AuthorizerType: "JWT" });

  it("authorizers, once each", () => {
    const guarded = { AuthorizationType: "JWT", AuthorizerId: { Ref: "Guard" } };
    const Make = v2("Route", { RouteKey: "POST /games", Target: to("ListIntegration"), ...guarded });
    const resources = { ...withProperties(web, { List: guarded }), Make, Guard };
    expect(reportedIn(resources)).toEqual([
      "warning Api: Api does not ask the authorizer Guard: anyone may call GET /games/{id}, POST /games here, and no event has what it would add",
    ]);
    expect(routesOf(resources)).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof withProperties>[1], RegExp]>([
    ["CORS", { Api: { CorsConfiguration: {} } }, /^warning Api\/Properties\/CorsConfiguration/],
    ["a document elsewhere", { Api: { BodyS3Location: {} } }, /^warning Api\/Properties\/BodyS3Location/],
    ["HTTP backends", { ListIntegration: { IntegrationType: "HTTP_PROXY" } }, /^warning List: .*HTTP_PROXY$/],
    [
      "services",
      { ListIntegration: { IntegrationSubtype: "SQS-SendMessage" } },
      /^warning List: .*SQS-SendMessage$/,
    ],
    [
      "functions of other stacks",
      { ListIntegration: { IntegrationUri: "arn:aws:lambda:eu-central-1:000000000000:function:Nobody" } },
      /^warning List: .*no function "Nobody"$/,
    ],
  ])("%s", (_what, change, message) => {
    expect(reportedIn(withProperties(web, change))).toEqual([expect.stringMatching(message)]);
  });

  it("functions that do not run", () => {
    const image = { PackageType: "Image", Code: { ImageUri: "x" } };
    expect(reportedIn(withProperties(web, { Talk: image }))).toContainEqual(
      expect.stringMatching(/^warning List: .*"Talk" is not run$/),
    );
  });

  it("an API without a stage", () => {
    const { Live: _, ...rest } = web;
    expect(reportedIn(rest)).toEqual([expect.stringMatching(/^warning Api: .*no stage/)]);
    expect(routesOf(rest)).toEqual(["GET /games/{id} Talk 2.0 $default"]);
  });
});

it.each([
  [{ RouteKey: "games" }, /^error List\/Properties\/RouteKey/],
  [{ Target: "integrations/none" }, /^error List\/Properties\/Target/],
])("a route with %j is an error", (change, message) => {
  expect(reportedIn(withProperties(web, { List: change }))).toEqual([expect.stringMatching(message)]);
});

describe("on the one port,", () => {
  const other = (kind: string, properties: Parameters<typeof v2>[1]) =>
    v2(kind, { ApiId: { Ref: "Other" }, ...properties });
  const socket = (stage: string) => ({
    Socket: v2("Api", {
      Name: "web",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    }),
    SocketStage: v2("Stage", { ApiId: { Ref: "Socket" }, StageName: stage, AutoDeploy: true }),
  });

  it("the first of two APIs has a path that both have", () => {
    const resources = {
      ...web,
      Other: v2("Api", { Name: "other", ProtocolType: "HTTP" }),
      OtherRoute: other("Route", { RouteKey: "GET /games/{name}", Target: to("OtherIntegration") }),
      OtherIntegration: other("Integration", {
        IntegrationType: "AWS_PROXY",
        IntegrationUri: invocationOf("Talk"),
      }),
      OtherStage: other("Stage", { StageName: "$default", AutoDeploy: true }),
    };
    expect(routesOf(resources)).toEqual(["GET /games/{id} Talk 2.0 $default"]);
    expect(reportedIn(resources)).toEqual([expect.stringMatching(/^warning OtherRoute: .*another API/)]);
  });

  it("a WebSocket API's stage has its path", () => {
    const root = withProperties(web, { List: { RouteKey: "GET /" }, Live: { StageName: "prod" } });
    expect(reportedIn({ ...root, ...socket("prod") })).toEqual([
      expect.stringMatching(/^warning List: .*GET \/prod: .*stage has the same path$/),
    ]);
    expect(reportedIn({ ...root, ...socket("live") })).toEqual([]);
  });

  it("APIs of two kinds may have one name", () => {
    const { draft } = readSample({ ...web, ...socket("live") });
    expect(draft.httpRoutes).toHaveLength(1);
    expect(draft.webSocketApis.map(({ name }) => name)).toEqual(["web"]);
  });
});
