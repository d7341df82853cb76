import {
  boolean,
  exactOptional,
  getDotPath,
  literal,
  picklist,
  safeParse,
  strictObject,
  union,
  unknown,
  variant,
} from "valibot";
import type * as Model from "./app-model.ts";
import {
  eventRule,
  eventSource,
  httpRouteOnAws,
  invokePermission,
  output,
  parameter,
  policyDocument,
  queue,
} from "./schema-aws-resources.ts";
import { amount, list, schemaOf, text, texts } from "./schema-parts.ts";
import { bucket, topic } from "./schema-receivers.ts";

/** What became of unknown data: a model of the right shape, or all that is wrong with it, each with its path. */
export type ModelReading = { readonly model: Model.AppModel } | { readonly problems: readonly string[] };

/**
 * Makes a model out of data that came from elsewhere: another process, or a file. Checks the shape only; what the
 * names and numbers may be is for `validateModel`, which says it better.
 */
export function readModel(value: unknown): ModelReading {
  const result = safeParse(appModel, value);
  if (result.success) return { model: result.output };
  const problems = result.issues
    .slice(0, maximumProblems)
    .map((issue) => `${getDotPath(issue) ?? "model"}: ${issue.message}`);
  const more = result.issues.length - problems.length;
  return { problems: more === 0 ? problems : [...problems, `and ${more} more`] };
}

const maximumProblems = 100;

const mapping = schemaOf<Model.Mapping>()(
  strictObject({
    requestParameters: texts,
    requestTemplates: texts,
    templateSelectionExpression: exactOptional(text),
    passthrough: picklist(["when-no-match", "when-no-templates", "never"]),
    contentHandling: exactOptional(picklist(["to-text", "to-binary"])),
    responses: list(
      schemaOf<Model.IntegrationResponse>()(
        strictObject({
          key: text,
          templates: texts,
          parameters: texts,
          templateSelectionExpression: exactOptional(text),
          contentHandling: exactOptional(picklist(["to-text", "to-binary"])),
        }),
      ),
    ),
  }),
);

const integration = schemaOf<Model.Integration>()(
  variant("kind", [
    strictObject({
      kind: literal("function"),
      function: text,
      proxy: boolean(),
      timeoutMs: exactOptional(amount),
      mapping: exactOptional(mapping),
      role: exactOptional(text),
    }),
    strictObject({
      kind: literal("http"),
      proxy: boolean(),
      method: text,
      uri: text,
      timeoutMs: exactOptional(amount),
      mapping: exactOptional(mapping),
    }),
    strictObject({ kind: literal("mock"), mapping: exactOptional(mapping) }),
    strictObject({
      kind: literal("service"),
      service: text,
      action: text,
      timeoutMs: exactOptional(amount),
      mapping: exactOptional(mapping),
    }),
  ]),
);

const throttling = schemaOf<Model.Throttling>()(strictObject({ ratePerSecond: amount, burst: amount }));

const route = schemaOf<Model.Route>()(
  strictObject({
    key: text,
    integration,
    responds: boolean(),
    ordered: boolean(),
    authorization: schemaOf<Model.Authorization>()(
      variant("kind", [
        strictObject({ kind: literal("none") }),
        strictObject({ kind: literal("iam") }),
        strictObject({ kind: literal("authorizer"), authorizer: text }),
      ]),
    ),
    apiKeyRequired: boolean(),
    modelSelectionExpression: exactOptional(text),
    requestModels: texts,
    throttling: exactOptional(throttling),
  }),
);

const webSocketApi = schemaOf<Model.WebSocketApi>()(
  strictObject({
    name: text,
    routeSelectionExpression: text,
    path: exactOptional(text),
    stage: exactOptional(text),
    routes: list(route),
    extensions: list(picklist(["rooms", "attributes", "path", "close", "onOpen", "headers", "binary"])),
    onOpen: exactOptional(text),
    authorizers: list(
      schemaOf<Model.Authorizer>()(
        strictObject({
          name: text,
          function: text,
          identitySources: list(text),
          id: exactOptional(text),
          role: exactOptional(text),
        }),
      ),
    ),
    models: list(
      schemaOf<Model.RequestModel>()(
        strictObject({
          name: text,
          contentType: text,
          schema: unknown(),
          enforcedBy: picklist(["gateway", "function"]),
        }),
      ),
    ),
    stageVariables: texts,
    limits: schemaOf<Model.WebSocketLimits>()(
      strictObject({
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
    ),
    throttling: exactOptional(throttling),
    apiKeySelectionExpression: exactOptional(text),
    accessLogFormat: exactOptional(text),
    binary: exactOptional(picklist(["refuse", "allow"])),
  }),
);

const functionModel = schemaOf<Model.FunctionModel>()(
  strictObject({
    name: text,
    code: schemaOf<Model.FunctionCode>()(
      variant("kind", [
        strictObject({ kind: literal("export"), file: text, export: text }),
        strictObject({ kind: literal("handler"), dir: text, handler: text }),
      ]),
    ),
    runtime: text,
    environment: texts,
    timeoutMs: amount,
    memoryMb: exactOptional(amount),
    concurrency: exactOptional(amount),
    isolated: boolean(),
    layers: exactOptional(list(text)),
    role: exactOptional(text),
    policies: exactOptional(list(policyDocument)),
    permissions: exactOptional(list(invokePermission)),
    grants: list(
      schemaOf<Model.Grant>()(
        strictObject({ resource: text, operations: list(text), because: exactOptional(text) }),
      ),
    ),
  }),
);

const keyAttribute = schemaOf<Model.KeyAttribute>()(
  strictObject({ name: text, type: picklist(["string", "number", "binary"]) }),
);

const table = schemaOf<Model.Table>()(
  strictObject({
    name: text,
    key: keyAttribute,
    sortKey: exactOptional(keyAttribute),
    ttl: exactOptional(text),
    stream: exactOptional(picklist(["keys", "new", "old", "both"])),
    indexes: list(
      schemaOf<Model.TableIndex>()(
        strictObject({
          name: text,
          key: keyAttribute,
          sortKey: exactOptional(keyAttribute),
          projection: union([picklist(["all", "keys-only"]), list(text)]),
        }),
      ),
    ),
    retain: boolean(),
  }),
);

const customResource = schemaOf<Model.CustomResource>()(
  strictObject({
    name: text,
    operations: list(text),
    implementations: list(
      schemaOf<Model.ResourceImplementation>()(
        strictObject({
          target: picklist(["local", "server", "aws"]),
          function: text,
          statements: list(
            schemaOf<Model.PolicyStatement>()(strictObject({ actions: list(text), resources: list(text) })),
          ),
        }),
      ),
    ),
  }),
);

const apiKey = schemaOf<Model.ApiKey>()(
  strictObject({
    name: text,
    source: schemaOf<Model.ApiKeySource>()(
      variant("kind", [
        strictObject({ kind: literal("secret"), secret: text }),
        strictObject({ kind: literal("value"), value: text }),
      ]),
    ),
    enabled: boolean(),
  }),
);

const usagePlan = schemaOf<Model.UsagePlan>()(
  strictObject({
    name: text,
    keys: list(text),
    apis: list(text),
    throttling: exactOptional(throttling),
    quota: exactOptional(
      schemaOf<Model.Quota>()(strictObject({ requests: amount, period: picklist(["day", "week", "month"]) })),
    ),
  }),
);

const httpRoute = schemaOf<Model.HttpRoute>()(
  strictObject({
    method: text,
    path: text,
    function: text,
    aws: exactOptional(httpRouteOnAws),
  }),
);

const appModel = schemaOf<Model.AppModel>()(
  strictObject({
    version: literal(1),
    app: schemaOf<Model.App>()(strictObject({ name: text, port: exactOptional(amount) })),
    webSocketApis: list(webSocketApi),
    functions: list(functionModel),
    tables: list(table),
    buckets: list(bucket),
    topics: list(topic),
    httpRoutes: list(httpRoute),
    staticSites: list(
      schemaOf<Model.StaticSite>()(
        strictObject({ path: text, folder: text, fingerprint: boolean(), notFound: exactOptional(text) }),
      ),
    ),
    schedules: list(
      schemaOf<Model.Schedule>()(
        strictObject({
          name: text,
          expression: text,
          function: text,
          input: exactOptional(unknown()),
          rule: exactOptional(text),
          role: exactOptional(text),
        }),
      ),
    ),
    states: list(schemaOf<Model.State>()(strictObject({ name: text, initial: unknown() }))),
    secrets: list(schemaOf<Model.Secret>()(strictObject({ name: text }))),
    services: list(schemaOf<Model.Service>()(strictObject({ name: text, function: text }))),
    resources: list(customResource),
    apiKeys: list(apiKey),
    usagePlans: list(usagePlan),
    queues: list(queue),
    eventSources: list(eventSource),
    eventRules: list(eventRule),
    parameters: list(parameter),
    outputs: list(output),
  }),
);
