import type {
  AppModel,
  Bucket,
  CustomResource,
  EventRule,
  EventSource,
  FunctionModel,
  Grant,
  Integration,
  Mapping,
  ResourceImplementation,
  Route,
  Table,
  TableIndex,
  Topic,
  UsagePlan,
  WebSocketApi,
} from "./app-model.ts";
import { receiverOf } from "./receivers.ts";

/** Where API Gateway looks for the API key unless told otherwise. */
const defaultApiKeySelectionExpression = "$request.header.x-api-key";

/**
 * The same app in its one canonical form: defaults written out, lists whose order has no meaning sorted, grants
 * united, names in maps sorted, nothing undefined; a deeply frozen copy. Front ends that read the same app from
 * different files give equal normalised models. Doing it twice changes nothing, and a model that validation will
 * refuse passes through as well.
 */
export function normaliseModel(model: AppModel): AppModel {
  return frozenCopy({
    ...model,
    // As declared: the first has the app's port, the next ones those after it.
    webSocketApis: model.webSocketApis.map(normaliseWebSocketApi),
    functions: sorted(model.functions.map(normaliseFunction), ({ name }) => [name]),
    tables: sorted(model.tables.map(normaliseTable), ({ name }) => [name]),
    buckets: sorted(model.buckets.map(normaliseBucket), ({ name }) => [name]),
    topics: sorted(model.topics.map(normaliseTopic), ({ name }) => [name]),
    httpRoutes: sorted(model.httpRoutes, ({ path, method }) => [path, method]),
    staticSites: sorted(model.staticSites, ({ path, folder }) => [path, folder]),
    schedules: sorted(model.schedules, ({ name }) => [name]),
    states: sorted(model.states, ({ name }) => [name]),
    secrets: sorted(model.secrets, ({ name }) => [name]),
    services: sorted(model.services, ({ name }) => [name]),
    resources: sorted(model.resources.map(normaliseResource), ({ name }) => [name]),
    apiKeys: sorted(model.apiKeys, ({ name }) => [name]),
    usagePlans: sorted(model.usagePlans.map(normalisePlan), ({ name }) => [name]),
    queues: sorted(model.queues, ({ name }) => [name]),
    eventSources: sorted(model.eventSources.map(normaliseEventSource), (one) => [
      one.function,
      one.source.kind,
      one.source.kind === "queue" ? one.source.queue : one.source.table,
    ]),
    eventRules: sorted(model.eventRules.map(normaliseEventRule), ({ name }) => [name]),
    parameters: sorted(model.parameters, ({ name }) => [name]),
    // As declared: people wrote them in an order.
    outputs: model.outputs,
  });
}

function normaliseWebSocketApi(api: WebSocketApi): WebSocketApi {
  const authorizers = api.authorizers.map((one) => ({
    ...one,
    identitySources: textSet(one.identitySources),
  }));
  return {
    ...api,
    extensions: sorted([...new Set(api.extensions)], (one) => [one]),
    routes: sorted(
      api.routes.map((route) => normaliseRoute(route, api)),
      ({ key }) => [key],
    ),
    authorizers: sorted(authorizers, ({ name }) => [name]),
    models: sorted(api.models, ({ name }) => [name]),
    stageVariables: sortedNames(api.stageVariables),
    apiKeySelectionExpression: api.apiKeySelectionExpression ?? defaultApiKeySelectionExpression,
    binary: api.binary ?? "refuse",
  };
}

function normaliseRoute(route: Route, api: WebSocketApi): Route {
  return {
    ...route,
    integration: normaliseIntegration(route.integration, api.limits.integrationTimeoutMs),
    requestModels: sortedNames(route.requestModels),
  };
}

function normaliseIntegration(integration: Integration, timeoutMs: number): Integration {
  const mapping = integration.mapping && { mapping: normaliseMapping(integration.mapping) };
  if (integration.kind === "mock") return { ...integration, ...mapping };
  return { ...integration, timeoutMs: integration.timeoutMs ?? timeoutMs, ...mapping };
}

function normaliseMapping(mapping: Mapping): Mapping {
  return {
    ...mapping,
    requestParameters: sortedNames(mapping.requestParameters),
    requestTemplates: sortedNames(mapping.requestTemplates),
    // In their order: which of several expressions that fit is taken may depend on it.
    responses: mapping.responses.map((response) => ({
      ...response,
      templates: sortedNames(response.templates),
      parameters: sortedNames(response.parameters),
    })),
  };
}

function normaliseFunction(model: FunctionModel): FunctionModel {
  return { ...model, environment: sortedNames(model.environment), grants: uniteGrants(model.grants) };
}

/** One grant a resource. */
function uniteGrants(grants: readonly Grant[]): readonly Grant[] {
  const byResource = Map.groupBy(grants, ({ resource }) => resource);
  const united = [...byResource].map(([resource, all]): Grant => {
    const operations = textSet(all.flatMap((grant) => grant.operations));
    const whole = operations.includes("*");
    const [because] = textSet(all.flatMap((grant) => grant.because ?? []));
    return {
      resource,
      operations: whole ? ["*"] : operations,
      ...(because !== undefined && { because }),
    };
  });
  return sorted(united, ({ resource }) => [resource]);
}

function normaliseTable(table: Table): Table {
  return { ...table, indexes: sorted(table.indexes.map(normaliseIndex), ({ name }) => [name]) };
}

function normaliseIndex(index: TableIndex): TableIndex {
  return typeof index.projection === "string" ? index : { ...index, projection: textSet(index.projection) };
}

function normaliseBucket(bucket: Bucket): Bucket {
  const notifications = sorted(bucket.notifications, (one) => [
    one.on,
    one.how ?? "",
    one.prefix ?? "",
    one.suffix ?? "",
    receiverOf(one).kind,
    receiverOf(one).name,
  ]);
  return { ...bucket, notifications };
}

/** What fits any of its filters is taken. */
function normaliseEventSource(source: EventSource): EventSource {
  return { ...source, filters: textSet(source.filters) };
}

function normaliseEventRule(rule: EventRule): EventRule {
  const targets = sorted(rule.targets, (one) => [one.function, JSON.stringify(one.input) ?? ""]);
  return { ...rule, targets };
}

function normaliseResource(resource: CustomResource): CustomResource {
  return {
    ...resource,
    operations: textSet(resource.operations),
    implementations: sorted(resource.implementations.map(normaliseImplementation), ({ target }) => [target]),
  };
}

function normaliseImplementation(implementation: ResourceImplementation): ResourceImplementation {
  const statements = implementation.statements.map((statement) => ({
    actions: textSet(statement.actions),
    resources: textSet(statement.resources),
  }));
  return { ...implementation, statements: sorted(statements, (one) => [JSON.stringify(one)]) };
}

function normaliseTopic(topic: Topic): Topic {
  const subscribers = sorted(topic.subscribers, (one) => [receiverOf(one).kind, receiverOf(one).name]);
  return { ...topic, subscribers };
}

function normalisePlan(plan: UsagePlan): UsagePlan {
  return { ...plan, keys: textSet(plan.keys), apis: textSet(plan.apis) };
}

/** By the texts of the keys, one after another; things with the same keys keep their order. */
function sorted<T>(things: readonly T[], keysOf: (thing: T) => readonly string[]): readonly T[] {
  return things
    .map((thing) => ({ thing, keys: keysOf(thing) }))
    .toSorted((a, b) => compareTexts(a.keys, b.keys))
    .map(({ thing }) => thing);
}

/** By UTF-16 units, as locales differ from machine to machine. */
function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [at, text] of a.entries()) {
    const other = b[at] ?? "";
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}

function textSet(texts: readonly string[]): readonly string[] {
  return sorted([...new Set(texts)], (text) => [text]);
}

function sortedNames<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(sorted(Object.entries(record), ([name]) => [name]));
}

/** Of data as JSON holds it; properties that are undefined are left out. */
function frozenCopy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map((item: unknown) => frozenCopy(item))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, property]) => property !== undefined)
          .map(([name, property]) => [name, frozenCopy(property)]),
      );
  return Object.freeze(copy) as T;
}
