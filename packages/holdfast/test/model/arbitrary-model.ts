import fc from "fast-check";

import type {
  AppModel,
  Authorization,
  Authorizer,
  EventRuleTarget,
  FunctionModel,
  Integration,
  KeyAttribute,
  Mapping,
  Route,
  TableIndex,
  WebSocketApi,
} from "../../src/model/app-model.ts";
import { amount, few, flag, list, name, names, policy, shape } from "./arbitrary-parts.ts";
import { arbitraryBucket, arbitraryTopic } from "./arbitrary-receivers.ts";

const mapping: fc.Arbitrary<Mapping> = shape(
  ["requestParameters", "requestTemplates", "passthrough", "responses"],
  {
    requestParameters: names,
    requestTemplates: names,
    templateSelectionExpression: name,
    passthrough: fc.constantFrom("when-no-match", "when-no-templates", "never"),
    contentHandling: fc.constantFrom("to-text", "to-binary"),
    responses: fc.array(
      shape<Mapping["responses"][number], "key" | "templates" | "parameters">(
        ["key", "templates", "parameters"],
        {
          key: name,
          templates: names,
          parameters: names,
          templateSelectionExpression: name,
          contentHandling: fc.constantFrom("to-text", "to-binary"),
        },
      ),
      few,
    ),
  },
);

const integration: fc.Arbitrary<Integration> = fc.oneof(
  shape<Extract<Integration, { kind: "function" }>, "kind" | "function" | "proxy">(
    ["kind", "function", "proxy"],
    { kind: fc.constant("function"), function: name, proxy: flag, timeoutMs: amount, mapping, role: name },
  ),
  shape<Extract<Integration, { kind: "http" }>, "kind" | "proxy" | "method" | "uri">(
    ["kind", "proxy", "method", "uri"],
    { kind: fc.constant("http"), proxy: flag, method: name, uri: name, timeoutMs: amount, mapping },
  ),
  shape<Extract<Integration, { kind: "mock" }>, "kind">(["kind"], { kind: fc.constant("mock"), mapping }),
  shape<Extract<Integration, { kind: "service" }>, "kind" | "service" | "action">(
    ["kind", "service", "action"],
    { kind: fc.constant("service"), service: name, action: name, timeoutMs: amount, mapping },
  ),
);

const throttling = fc.record({ ratePerSecond: amount, burst: amount });

const authorization: fc.Arbitrary<Authorization> = fc.oneof(
  fc.constant({ kind: "none" } as const),
  fc.constant({ kind: "iam" } as const),
  fc.record({ kind: fc.constant("authorizer" as const), authorizer: name }),
);

const route: fc.Arbitrary<Route> = shape(
  ["key", "integration", "responds", "ordered", "authorization", "apiKeyRequired", "requestModels"],
  {
    key: name,
    integration,
    responds: flag,
    ordered: flag,
    authorization,
    apiKeyRequired: flag,
    modelSelectionExpression: name,
    requestModels: names,
    throttling,
  },
);

const expression = fc.oneof(fc.constantFrom("$request.body.action", "${request.body.a}-x", "$"), name);
const path = fc.oneof(fc.constantFrom("/", "/dev", "/{a}", "/games/{id}", "/{rest+}", "/_holdfast/x"), name);

const webSocketApi: fc.Arbitrary<WebSocketApi> = shape(
  [
    "name",
    "routeSelectionExpression",
    "routes",
    "extensions",
    "authorizers",
    "models",
    "stageVariables",
    "limits",
  ],
  {
    name,
    routeSelectionExpression: expression,
    path,
    routes: list(route, ({ key }) => key),
    onOpen: name,
    extensions: fc.uniqueArray(fc.constantFrom("rooms" as const, "path" as const, "close" as const)),
    authorizers: list(
      shape<Authorizer, "name" | "function" | "identitySources">(["name", "function", "identitySources"], {
        name,
        function: name,
        identitySources: fc.array(name, few),
        id: name,
        role: name,
      }),
      (one) => one.name,
    ),
    models: list(
      fc.record({
        name,
        contentType: name,
        schema: fc.jsonValue(),
        enforcedBy: fc.constantFrom("gateway" as const, "function" as const),
      }),
      (one) => one.name,
    ),
    stageVariables: names,
    limits: fc.record({
      messageBytes: amount,
      frameBytes: amount,
      idleTimeoutMs: amount,
      connectionDurationMs: amount,
      integrationTimeoutMs: amount,
      urlBytes: amount,
      routes: amount,
      authorizers: amount,
      templateBytes: amount,
      accessLogFormatBytes: amount,
    }),
    throttling,
    apiKeySelectionExpression: name,
    accessLogFormat: name,
    binary: fc.constantFrom("refuse" as const, "allow" as const),
  },
);

const resource = fc.oneof(fc.constantFrom("*", "table:games", "websocket:chat", "bucket:b"), name);

const functionModel: fc.Arbitrary<FunctionModel> = shape(
  ["name", "code", "runtime", "environment", "timeoutMs", "isolated", "grants"],
  {
    name,
    code: fc.oneof(
      fc.record({ kind: fc.constant("export" as const), file: name, export: name }),
      fc.record({ kind: fc.constant("handler" as const), dir: name, handler: name }),
    ),
    runtime: name,
    environment: names,
    timeoutMs: amount,
    memoryMb: amount,
    concurrency: amount,
    isolated: flag,
    grants: fc.array(
      shape<FunctionModel["grants"][number], "resource" | "operations">(["resource", "operations"], {
        resource,
        operations: fc.array(fc.constantFrom("*", "get", "put", "query"), few),
        because: name,
      }),
      few,
    ),
  },
);

const keyAttribute: fc.Arbitrary<KeyAttribute> = fc.record({
  name,
  type: fc.constantFrom("string", "number", "binary"),
});

const tableIndex: fc.Arbitrary<TableIndex> = shape(["name", "key", "projection"], {
  name,
  key: keyAttribute,
  sortKey: keyAttribute,
  projection: fc.oneof(fc.constantFrom("all" as const, "keys-only" as const), fc.array(name, few)),
});

/** Any model of the right shape, whether it makes sense or not; no two things of a kind have the same name. */
export const arbitraryModel: fc.Arbitrary<AppModel> = fc.record({
  version: fc.constant(1 as const),
  app: shape<AppModel["app"], "name">(["name"], { name, port: amount }),
  webSocketApis: list(webSocketApi, (one) => one.name),
  functions: list(functionModel, (one) => one.name),
  tables: list(
    shape<AppModel["tables"][number], "name" | "key" | "indexes" | "retain">(
      ["name", "key", "indexes", "retain"],
      {
        name,
        key: keyAttribute,
        sortKey: keyAttribute,
        ttl: name,
        stream: fc.constantFrom("keys" as const, "new" as const, "old" as const, "both" as const),
        indexes: list(tableIndex, (one) => one.name),
        retain: flag,
      },
    ),
    (one) => one.name,
  ),
  buckets: list(arbitraryBucket, (one) => one.name),
  topics: list(arbitraryTopic, (one) => one.name),
  httpRoutes: list(
    fc.record({ method: fc.constantFrom("GET", "POST", "ANY", "get"), path, function: name }),
    (one) => JSON.stringify([one.method, one.path]),
  ),
  staticSites: list(fc.record({ path, folder: name, fingerprint: flag }), (one) => one.path),
  schedules: list(
    shape<AppModel["schedules"][number], "name" | "expression" | "function">(
      ["name", "expression", "function"],
      { name, expression: name, function: name, input: name, rule: name, role: name },
    ),
    (one) => one.name,
  ),
  states: list(fc.record({ name, initial: fc.jsonValue() }), (one) => one.name),
  secrets: list(fc.record({ name }), (one) => one.name),
  services: list(fc.record({ name, function: name }), (one) => one.name),
  resources: list(
    fc.record({
      name,
      operations: fc.array(name, few),
      implementations: list(
        fc.record({
          target: fc.constantFrom("local" as const, "server" as const, "aws" as const),
          function: name,
          statements: fc.array(
            fc.record({ actions: fc.array(name, few), resources: fc.array(name, few) }),
            few,
          ),
        }),
        (one) => one.target,
      ),
    }),
    (one) => one.name,
  ),
  apiKeys: list(
    fc.record({
      name,
      source: fc.oneof(
        fc.record({ kind: fc.constant("secret" as const), secret: name }),
        fc.record({ kind: fc.constant("value" as const), value: name }),
      ),
      enabled: flag,
    }),
    (one) => one.name,
  ),
  usagePlans: list(
    shape<AppModel["usagePlans"][number], "name" | "keys" | "apis">(["name", "keys", "apis"], {
      name,
      keys: fc.array(name, few),
      apis: fc.array(name, few),
      throttling,
      quota: fc.record({
        requests: amount,
        period: fc.constantFrom("day" as const, "week" as const, "month" as const),
      }),
    }),
    (one) => one.name,
  ),
  queues: list(
    shape<AppModel["queues"][number], keyof Omit<AppModel["queues"][number], "deadLetter" | "policy">>(
      [
        "name",
        "fifo",
        "visibilityTimeoutMs",
        "delayMs",
        "retentionMs",
        "waitMs",
        "maximumMessageBytes",
        "contentBasedDeduplication",
      ],
      {
        name,
        fifo: flag,
        visibilityTimeoutMs: amount,
        delayMs: amount,
        retentionMs: amount,
        waitMs: amount,
        maximumMessageBytes: amount,
        contentBasedDeduplication: flag,
        deadLetter: fc.record({ queue: name, maximumReceives: amount }),
        policy,
      },
    ),
    (one) => one.name,
  ),
  eventSources: list(
    fc.record({
      function: name,
      source: fc.oneof(
        fc.record({ kind: fc.constant("queue" as const), queue: name }),
        fc.record({
          kind: fc.constant("table" as const),
          table: name,
          from: fc.constantFrom("latest" as const, "trim-horizon" as const),
        }),
      ),
      batchSize: amount,
      windowMs: amount,
      partialFailures: flag,
      filters: fc.array(name, few),
      bisects: flag,
    }),
    ({ function: to, source }) =>
      `${to} ${source.kind} ${source.kind === "queue" ? source.queue : source.table}`,
  ),
  eventRules: list(
    fc.record({
      name,
      pattern: name,
      targets: fc.array(
        shape<EventRuleTarget, "function">(["function"], { function: name, input: name }),
        few,
      ),
    }),
    (one) => one.name,
  ),
  parameters: list(
    fc.record({
      name,
      type: fc.constantFrom("String" as const, "StringList" as const, "SecureString" as const),
      value: name,
    }),
    (one) => one.name,
  ),
  outputs: list(
    shape<AppModel["outputs"][number], "name" | "value">(["name", "value"], {
      name,
      value: name,
      description: name,
      exportName: name,
    }),
    (one) => one.name,
  ),
});
