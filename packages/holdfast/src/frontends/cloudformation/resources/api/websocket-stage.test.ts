import { describe, expect, it } from "vitest";
import {
  chat,
  readQuietly,
  readSample,
  reportedIn,
  to,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";

it("a stage has variables, throttling and an access log", () => {
  const api = readQuietly(
    withProperties(chat, {
      Live: {
        StageVariables: { table: "games", size: 3 },
        DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20, LoggingLevel: "INFO" },
        RouteSettings: { say: { ThrottlingBurstLimit: "5" } },
        AccessLogSettings: { DestinationArn: "arn:aws:logs:x", Format: "$context.requestId\n" },
      },
    }),
  );
  expect(api).toMatchObject({
    stage: "live",
    stageVariables: { table: "games", size: "3" },
    throttling: { ratePerSecond: 10, burst: 20 },
    accessLogFormat: "$context.requestId",
  });
  // What is not said is the account's.
  expect(api.routes[0]?.throttling).toEqual({ ratePerSecond: 10_000, burst: 5 });
});

it("an API without a stage runs, and would not be reached on AWS", () => {
  const { Live: _, ...rest } = chat;
  const { draft, diagnostics } = readSample(rest);
  expect(draft.webSocketApis).toHaveLength(1);
  expect(draft.webSocketApis[0]).not.toHaveProperty("stage");
  expect(diagnostics).toMatchObject([
    { severity: "warning", path: "Resources/Api", code: "TEMPLATE_RESOURCE_IGNORED" },
  ]);
});

it("of several stages the first is run, and the others are warnings", () => {
  const { draft, diagnostics } = readSample({
    ...chat,
    Test: v2("Stage", { StageName: "test", AutoDeploy: true }),
  });
  expect(draft.webSocketApis[0]?.stage).toBe("live");
  expect(diagnostics).toMatchObject([{ severity: "warning", path: "Resources/Test" }]);
});

it("settings of a route that is not there are a warning", () => {
  expect(
    reportedIn(withProperties(chat, { Live: { RouteSettings: { sing: { ThrottlingRateLimit: 1 } } } })),
  ).toEqual([expect.stringMatching(/^warning Live\/Properties\/RouteSettings\/sing: .*no such route$/)]);
});

it.each(["$default", "a/b", ""])("a WebSocket API cannot have the stage %j", (StageName) => {
  expect(reportedIn(withProperties(chat, { Live: { StageName } }))).toEqual([
    expect.stringMatching(/^error Live\/Properties\/StageName/),
  ]);
});

describe("without AutoDeploy, a stage on AWS has the routes", () => {
  const Live = v2("Stage", { StageName: "live", DeploymentId: { Ref: "Deployed" } });
  const response = v2("RouteResponse", { RouteId: { Ref: "Say" }, RouteResponseKey: "$default" });

  it("that its deployment waits for", () => {
    for (const dependsOn of [["Say"], ["response"]])
      expect(reportedIn({ ...chat, response, Live, Deployed: v2("Deployment", {}, dependsOn) })).toEqual([]);
  });

  it("that a deployment to it by its name waits for", () => {
    const named = v2("Stage", { StageName: "live" });
    const Deployed = v2("Deployment", { StageName: "live" }, ["Say"]);
    expect(reportedIn({ ...chat, Live: named, Deployed })).toEqual([]);
  });

  it("that exist by chance, of a deployment that waits for others", () => {
    const Other = v2("Route", { RouteKey: "other", Target: to("SayIntegration") });
    expect(reportedIn({ ...chat, Other, Live, Deployed: v2("Deployment", {}, ["Other"]) })).toEqual([
      expect.stringMatching(/^warning Deployed: .*before Say, which/),
    ]);
  });

  it("of no deployment, where there is none", () => {
    expect(reportedIn({ ...chat, Live: v2("Stage", { StageName: "live" }) })).toEqual([
      expect.stringMatching(/^warning Live: .*never deployed/),
    ]);
    expect(reportedIn({ ...chat, Live: v2("Stage", { StageName: "live", DeploymentId: "abc123" }) })).toEqual(
      [],
    );
  });
});
