import type { AppModel, FunctionModel, Route, Table, WebSocketApi } from "../../src/model/app-model.ts";
import { defaultLimits } from "../../src/model/defaults.ts";

/** A valid app with some of everything that every target runs. */
export const sampleModel: AppModel = {
  version: 1,
  app: { name: "games", port: 3333 },
  webSocketApis: [
    sampleApi({ routes: [sampleRoute({ key: "$connect" }), sampleRoute({ key: "join" })] }),
    sampleApi({ name: "lobby", path: "/lobby/{room}" }),
  ],
  functions: [sampleFunction()],
  tables: [
    sampleTable({
      ttl: "expires",
      sortKey: { name: "turn", type: "number" },
      indexes: [{ name: "by-player", key: { name: "player", type: "string" }, projection: "all" }],
    }),
  ],
  buckets: [],
  topics: [],
  httpRoutes: [
    { method: "GET", path: "/games/{id}", function: "handler" },
    { method: "POST", path: "/games/{id}", function: "handler" },
  ],
  staticSites: [{ path: "/", folder: "public", fingerprint: true }],
  schedules: [],
  states: [],
  secrets: [],
  services: [],
  resources: [],
  apiKeys: [],
  usagePlans: [],
  queues: [],
  eventSources: [],
  eventRules: [],
  parameters: [],
  outputs: [],
};

export function sampleApi(change: Partial<WebSocketApi> = {}): WebSocketApi {
  return {
    name: "chat",
    routeSelectionExpression: "$request.body.action",
    routes: [],
    extensions: [],
    authorizers: [],
    models: [],
    stageVariables: { colour: "blue" },
    limits: defaultLimits,
    ...change,
  };
}

export function sampleRoute(change: Partial<Route> = {}): Route {
  return {
    key: "join",
    integration: { kind: "function", function: "handler", proxy: true },
    responds: true,
    ordered: false,
    authorization: { kind: "none" },
    apiKeyRequired: false,
    requestModels: {},
    ...change,
  };
}

export function sampleFunction(change: Partial<FunctionModel> = {}): FunctionModel {
  return {
    name: "handler",
    code: { kind: "export", file: "app.ts", export: "handler" },
    runtime: "nodejs24.x",
    environment: {},
    timeoutMs: 30_000,
    isolated: false,
    grants: [{ resource: "*", operations: ["*"] }],
    ...change,
  };
}

export function sampleTable(change: Partial<Table> = {}): Table {
  return { name: "games", key: { name: "id", type: "string" }, indexes: [], retain: false, ...change };
}
