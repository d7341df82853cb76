import path from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { AppModel, EventRuleTarget } from "../../../src/model/app-model.ts";
import { apiId } from "../../../src/model/names.ts";
import { createApiGatewayFace } from "../../../src/services/apigateway/apigateway-face.ts";
import { createEventsFace } from "../../../src/services/events/events-face.ts";
import { createLogsFace } from "../../../src/services/logs/logs-face.ts";
import { createSchedulerFace } from "../../../src/services/scheduler/scheduler-face.ts";
import { LogKeeper } from "../../../src/targets/local/logs/log-keeper.ts";
import { createLocalLogGroups } from "../../../src/targets/local/logs/log-groups.ts";
import { OwnLogGroups } from "../../../src/targets/local/logs/own-log-groups.ts";
import { sampleApi, sampleFunction, sampleModel, sampleRoute } from "../../model/sample-model.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";
import { serveFaces } from "./faces-rig.ts";

export const accountId = "000000000000";
export const chatId = apiId("games", "chat");

const model: AppModel = {
  ...sampleModel,
  functions: [sampleFunction({ name: "handler" }), sampleFunction({ name: "audit" })],
  webSocketApis: [
    sampleApi({
      name: "chat",
      stage: "prod",
      routes: [
        sampleRoute({
          key: "$connect",
          authorization: { kind: "authorizer", authorizer: "tokens" },
          apiKeyRequired: true,
          throttling: { ratePerSecond: 5, burst: 10 },
        }),
        sampleRoute({ key: "join", requestModels: { $default: "joining" } }),
        sampleRoute({
          key: "ping",
          responds: false,
          integration: {
            kind: "mock",
            mapping: {
              requestParameters: {},
              requestTemplates: { "200": '{"statusCode":200}' },
              templateSelectionExpression: "200",
              passthrough: "never",
              responses: [],
            },
          },
        }),
        sampleRoute({
          key: "store",
          integration: { kind: "service", service: "dynamodb", action: "PutItem" },
        }),
        sampleRoute({
          key: "tell",
          integration: {
            kind: "http",
            proxy: true,
            method: "POST",
            uri: "https://example.com",
            timeoutMs: 9,
          },
        }),
      ],
      authorizers: [{ name: "tokens", function: "handler", identitySources: ["route.request.header.Auth"] }],
      models: [
        {
          name: "joining",
          contentType: "application/json",
          schema: { type: "object" },
          enforcedBy: "gateway",
        },
      ],
      accessLogFormat: "$context.requestId",
    }),
    sampleApi({ name: "lobby" }),
  ],
  httpRoutes: [
    {
      method: "GET",
      path: "/v1/hello",
      function: "handler",
      aws: { payload: "2.0", apiId: "http123", stage: "v1" },
    },
    {
      method: "GET",
      path: "/rest",
      function: "handler",
      aws: { payload: "1.0", apiId: "rest1", stage: "dev" },
    },
    { method: "GET", path: "/own", function: "handler" },
  ],
  eventRules: [
    {
      name: "placed",
      pattern: '{"source":["shop"],"detail":{"total":[{"numeric":[">",10]}]}}',
      targets: [{ function: "handler" }, { function: "audit", input: { fixed: true } }],
    },
  ],
  schedules: [
    { name: "hourly", expression: "rate(1 hour)", function: "audit" },
    {
      name: "nightly",
      expression: "cron(0 3 * * ? *)",
      function: "handler",
      input: { night: 1 },
      role: "arn:x",
    },
    { name: "weekly", expression: "rate(7 days)", function: "audit", role: "arn:x" },
  ],
};

export interface SmallServicesRig extends AsyncDisposable {
  /** What SDKs are given. */
  readonly endpoint: string;
  /** The app's log. */
  readonly keeper: LogKeeper;
  /** What event rules delivered. */
  readonly delivered: readonly { readonly target: EventRuleTarget; readonly event: unknown }[];
}

/** CloudWatch Logs, EventBridge, its scheduler and API Gateway's own API, of one app that does not run. */
export async function startSmallServices(): Promise<SmallServicesRig> {
  const folder = await makeFolder({});
  const [kept, clock] = [path.join(folder, "logs"), systemClock];
  const keeper = new LogKeeper({ log: silentLog, clock, limits: { gatherMs: 1 } });
  keeper.open(kept);
  const own = await OwnLogGroups.open({ folder: path.join(folder, "own"), clock, log: silentLog });
  const groups = createLocalLogGroups({
    folder: kept,
    own,
    clock,
    sources: () => ({ functions: model.functions, apis: [{ name: "chat", apiId: chatId, stage: "prod" }] }),
  });
  const delivered: { target: EventRuleTarget; event: unknown }[] = [];
  const deliver = async (target: EventRuleTarget, event: unknown): Promise<void> => {
    delivered.push({ target, event });
  };
  const addresses = (): { apiId: string; authority: string }[] => [
    { apiId: chatId, authority: "localhost:3333" },
  ];
  const faces = await serveFaces([
    createLogsFace({ groups, accountId, clock }),
    createEventsFace({ model: () => model, deliver, accountId, clock }),
    createSchedulerFace({ model: () => model, accountId, clock }),
    createApiGatewayFace({ model: () => model, addresses, stage: "dev", accountId, clock }),
  ]);
  return {
    endpoint: faces.endpoint,
    keeper,
    delivered,
    async [Symbol.asyncDispose]() {
      await faces[Symbol.asyncDispose]();
      await keeper.close();
      await own.close();
      await removeFolder(folder);
    },
  };
}
