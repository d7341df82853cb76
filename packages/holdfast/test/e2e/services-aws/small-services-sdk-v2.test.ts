import ApiGatewayV2 from "aws-sdk/clients/apigatewayv2.js";
import CloudWatchLogs from "aws-sdk/clients/cloudwatchlogs.js";
import EventBridge from "aws-sdk/clients/eventbridge.js";
import Scheduler from "aws-sdk/clients/scheduler.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../../src/testing/eventually.ts";
import { credentials, region } from "./services-rig.ts";
import { chatId, startSmallServices, type SmallServicesRig } from "./small-services-rig.ts";

let rig: SmallServicesRig;
let logs: CloudWatchLogs;
let events: EventBridge;
let scheduler: Scheduler;
let gateway: ApiGatewayV2;

beforeAll(async () => {
  rig = await startSmallServices();
  const options = { endpoint: rig.endpoint, region, ...credentials, maxRetries: 0 };
  logs = new CloudWatchLogs(options);
  events = new EventBridge(options);
  scheduler = new Scheduler(options);
  gateway = new ApiGatewayV2(options);
});
afterAll(() => rig[Symbol.asyncDispose]());

const own = { logGroupName: "app/own", logStreamName: "one" };

describe("CloudWatch Logs", () => {
  it("events are put, read forwards and backwards, and filtered in pages", async () => {
    await logs.createLogGroup({ logGroupName: own.logGroupName }).promise();
    await logs.createLogStream(own).promise();
    await logs.putRetentionPolicy({ logGroupName: own.logGroupName, retentionInDays: 1 }).promise();
    const start = Date.now();
    const logEvents = [1, 2, 3, 4, 5].map((n) => ({ timestamp: start + n, message: `{"n":${n}}` }));
    await logs.putLogEvents({ ...own, logEvents }).promise();

    const texts = (got: readonly { readonly message?: string }[] = []) => got.map(({ message }) => message);
    const last = await logs.getLogEvents({ ...own, limit: 2 }).promise();
    expect(texts(last.events)).toEqual(['{"n":4}', '{"n":5}']);
    const earlier = await logs
      .getLogEvents({ ...own, limit: 2, nextToken: last.nextBackwardToken ?? "" })
      .promise();
    expect(texts(earlier.events)).toEqual(['{"n":2}', '{"n":3}']);
    const end = await logs.getLogEvents({ ...own, nextToken: last.nextForwardToken ?? "" }).promise();
    expect([end.events, end.nextForwardToken]).toEqual([[], last.nextForwardToken]);
    const head = await logs
      .getLogEvents({ ...own, startFromHead: true, limit: 1, startTime: start + 2, endTime: start + 3 })
      .promise();
    expect(texts(head.events)).toEqual(['{"n":2}']);
    expect(texts((await logs.getLogEvents({ ...own, endTime: start + 2 }).promise()).events)).toEqual([
      '{"n":1}',
    ]);

    const filter = { logGroupName: own.logGroupName, filterPattern: "{ $.n > 1 && $.n != 4 }", limit: 2 };
    const first = await logs.filterLogEvents(filter).promise();
    expect(texts(first.events)).toEqual(['{"n":2}', '{"n":3}']);
    const next = await logs.filterLogEvents({ ...filter, nextToken: first.nextToken ?? "" }).promise();
    expect([texts(next.events), next.nextToken]).toEqual([['{"n":5}'], undefined]);
    const byStream = await logs
      .filterLogEvents({ logGroupName: own.logGroupName, logStreamNames: ["other"] })
      .promise();
    expect(byStream.events).toEqual([]);
  });

  it("groups and streams are described in pages", async () => {
    const first = await logs.describeLogGroups({ limit: 2 }).promise();
    expect(first.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([
      `/aws/apigateway/${chatId}/prod`,
      "/aws/lambda/audit",
    ]);
    const next = await logs.describeLogGroups({ nextToken: first.nextToken ?? "" }).promise();
    expect(next.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([
      "/aws/lambda/handler",
      "app/own",
    ]);
    const { logStreams } = await logs
      .describeLogStreams({ logGroupName: own.logGroupName, orderBy: "LastEventTime", descending: true })
      .promise();
    expect(logStreams?.[0]).toMatchObject({
      logStreamName: "one",
      arn: `arn:aws:logs:${region}:000000000000:log-group:app/own:log-stream:one`,
    });
  });

  it("what a function prints is found by its request", async () => {
    rig.keeper.keep("info", "function-log", { message: "joined", function: "handler", requestId: "r-77" });
    const found = await eventually(async () => {
      const { events: got = [] } = await logs
        .filterLogEvents({ logGroupName: "/aws/lambda/handler", filterPattern: '"r-77"' })
        .promise();
      expect(got).toHaveLength(1);
      return got[0];
    });
    expect(found?.message).toMatch(/\tr-77\tINFO\tjoined$/);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["ResourceNotFoundException", () => logs.filterLogEvents({ logGroupName: "none" }).promise()],
    ["ResourceNotFoundException", () => logs.getLogEvents({ ...own, logStreamName: "none" }).promise()],
    [
      "ResourceNotFoundException",
      () => logs.createLogStream({ logGroupName: "none", logStreamName: "s" }).promise(),
    ],
    [
      "ResourceAlreadyExistsException",
      () => logs.createLogGroup({ logGroupName: own.logGroupName }).promise(),
    ],
    ["InvalidParameterException", () => logs.createLogGroup({ logGroupName: "a b" }).promise()],
    [
      "InvalidParameterException",
      () => logs.filterLogEvents({ logGroupName: own.logGroupName, filterPattern: "{" }).promise(),
    ],
    [
      "InvalidParameterException",
      () => logs.filterLogEvents({ logGroupName: own.logGroupName, nextToken: "x" }).promise(),
    ],
    ["InvalidParameterException", () => logs.getLogEvents({ ...own, nextToken: "f/1" }).promise()],
    ["InvalidParameterException", () => logs.describeLogGroups({ limit: 51 }).promise()],
    [
      "InvalidParameterException",
      () =>
        logs
          .putLogEvents({
            ...own,
            logEvents: [
              { timestamp: Date.now(), message: "b" },
              { timestamp: Date.now() - 5, message: "a" },
            ],
          })
          .promise(),
    ],
  ])("%s is answered", async (code, call) => {
    await expect(call()).rejects.toMatchObject({ code, statusCode: 400 });
  });

  it("events that are too old or too new are left out, and that is said", async () => {
    const now = Date.now();
    const day = 86_400_000;
    const old = [{ timestamp: now - 15 * day, message: "old" }];
    const late = [
      { timestamp: now, message: "now" },
      { timestamp: now + day / 8, message: "late" },
    ];
    expect(
      (await logs.putLogEvents({ ...own, logEvents: old }).promise()).rejectedLogEventsInfo,
    ).toMatchObject({ tooOldLogEventEndIndex: 1 });
    expect(
      (await logs.putLogEvents({ ...own, logEvents: late }).promise()).rejectedLogEventsInfo,
    ).toMatchObject({ tooNewLogEventStartIndex: 1 });
  });
});

describe("EventBridge", () => {
  it("an event reaches the targets of its rule", async () => {
    const entry = { Source: "shop", DetailType: "placed", Detail: '{"total":11}' };
    const put = await events.putEvents({ Entries: [entry, { ...entry, Detail: '{"total":9}' }] }).promise();
    expect(put.FailedEntryCount).toBe(0);
    expect(rig.delivered.map(({ target, event }) => [target.function, event])).toEqual([
      ["handler", expect.objectContaining({ id: put.Entries?.[0]?.EventId, detail: { total: 11 } })],
      ["audit", { fixed: true }],
    ]);
  });

  it("rules and schedules are read", async () => {
    expect((await events.listRules().promise()).Rules?.map(({ Name }) => Name)).toEqual(["hourly", "placed"]);
    expect((await events.listTargetsByRule({ Rule: "placed" }).promise()).Targets).toHaveLength(2);
    const { Schedules } = await scheduler.listSchedules({ NamePrefix: "n" }).promise();
    expect(Schedules.map(({ Name }) => Name)).toEqual(["nightly"]);
    const schedule = await scheduler.getSchedule({ Name: "nightly" }).promise();
    expect(schedule).toMatchObject({
      ScheduleExpression: "cron(0 3 * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        RoleArn: "arn:x",
        Arn: `arn:aws:lambda:${region}:000000000000:function:handler`,
        Input: '{"night":1}',
      },
    });
    expect(schedule.CreationDate).toBeInstanceOf(Date);
    await expect(scheduler.getSchedule({ Name: "none" }).promise()).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      statusCode: 404,
    });
    await expect(events.describeRule({ Name: "none" }).promise()).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });
});

describe("API Gateway's own API", () => {
  it("APIs are listed in pages; REST APIs are not among them", async () => {
    const first = await gateway.getApis({ MaxResults: "2" }).promise();
    const next = await gateway.getApis({ NextToken: first.NextToken ?? "" }).promise();
    const all = [...(first.Items ?? []), ...(next.Items ?? [])];
    expect(first.Items).toHaveLength(2);
    expect(all.map(({ Name }) => Name).toSorted()).toEqual(["chat", "http123", "lobby"]);
    expect(await gateway.getApi({ ApiId: chatId }).promise()).toMatchObject({
      ApiId: chatId,
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      ApiEndpoint: "ws://localhost:3333",
      RouteSelectionExpression: "$request.body.action",
      CreatedDate: expect.any(Date) as Date,
    });
    expect((await gateway.getApi({ ApiId: "http123" }).promise()).ApiEndpoint).toBe(
      `https://http123.execute-api.${region}.amazonaws.com`,
    );
  });

  it("routes lead to their integrations", async () => {
    const { Items: routes = [] } = await gateway.getRoutes({ ApiId: chatId }).promise();
    const byKey = new Map(routes.map((route) => [route.RouteKey, route]));
    expect([...byKey.keys()].toSorted()).toEqual(["$connect", "join", "ping", "store", "tell"]);
    const { Items: authorizers = [] } = await gateway.getAuthorizers({ ApiId: chatId }).promise();
    expect(byKey.get("$connect")).toMatchObject({
      ApiKeyRequired: true,
      AuthorizationType: "CUSTOM",
      AuthorizerId: authorizers[0]?.AuthorizerId,
    });
    expect(byKey.get("join")?.RequestModels).toEqual({ $default: "joining" });
    const RouteId = byKey.get("ping")?.RouteId ?? "";
    expect(await gateway.getRoute({ ApiId: chatId, RouteId }).promise()).toMatchObject({ RouteKey: "ping" });
    const integrationOf = async (key: string) => {
      const IntegrationId = byKey.get(key)?.Target?.replace("integrations/", "") ?? "";
      return gateway.getIntegration({ ApiId: chatId, IntegrationId }).promise();
    };
    expect(await integrationOf("join")).toMatchObject({
      IntegrationType: "AWS_PROXY",
      IntegrationMethod: "POST",
      IntegrationUri: expect.stringContaining(":function:handler/invocations") as string,
    });
    expect(await integrationOf("ping")).toMatchObject({
      IntegrationType: "MOCK",
      PassthroughBehavior: "NEVER",
      RequestTemplates: { "200": '{"statusCode":200}' },
      TemplateSelectionExpression: "200",
    });
    expect(await integrationOf("store")).toMatchObject({
      IntegrationType: "AWS",
      IntegrationUri: `arn:aws:apigateway:${region}:dynamodb:action/PutItem`,
    });
    expect(await integrationOf("tell")).toMatchObject({ IntegrationType: "HTTP_PROXY", TimeoutInMillis: 9 });
    expect((await gateway.getIntegrations({ ApiId: chatId }).promise()).Items).toHaveLength(5);
  });

  it("stages, models, deployments and an HTTP API's routes are read", async () => {
    const { Items: stages = [] } = await gateway.getStages({ ApiId: chatId }).promise();
    const { Items: deployments = [] } = await gateway.getDeployments({ ApiId: chatId }).promise();
    expect(stages).toHaveLength(1);
    expect(await gateway.getStage({ ApiId: chatId, StageName: "prod" }).promise()).toMatchObject({
      StageName: "prod",
      DeploymentId: deployments[0]?.DeploymentId,
      StageVariables: { colour: "blue" },
      AccessLogSettings: { Format: "$context.requestId" },
      RouteSettings: { $connect: { ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 } },
    });
    const { Items: models = [] } = await gateway.getModels({ ApiId: chatId }).promise();
    expect(models[0]).toMatchObject({ Name: "joining", Schema: '{"type":"object"}' });
    const { Items: routes = [] } = await gateway.getRoutes({ ApiId: "http123" }).promise();
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(["GET /hello"]);
  });

  it.each<[string, number, () => Promise<unknown>]>([
    ["NotFoundException", 404, () => gateway.getApi({ ApiId: "none" }).promise()],
    ["NotFoundException", 404, () => gateway.getStage({ ApiId: chatId, StageName: "none" }).promise()],
    ["BadRequestException", 400, () => gateway.getApis({ MaxResults: "x" }).promise()],
    ["BadRequestException", 400, () => gateway.getApis({ NextToken: "x" }).promise()],
    ["UnsupportedOperation", 400, () => gateway.deleteApi({ ApiId: chatId }).promise()],
    ["UnsupportedOperation", 400, () => gateway.createRoute({ ApiId: chatId, RouteKey: "new" }).promise()],
    ["UnknownOperationException", 404, () => gateway.getVpcLinks().promise()],
  ])("%s is answered", async (code, statusCode, call) => {
    await expect(call()).rejects.toMatchObject({ code, statusCode });
  });
});
