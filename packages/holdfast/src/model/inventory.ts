import type {
  ApiKey,
  App,
  AppModel,
  Authorizer,
  Bucket,
  CustomResource,
  EventRule,
  EventSource,
  FunctionModel,
  HttpRoute,
  Output,
  Parameter,
  Queue,
  RequestModel,
  Route,
  Schedule,
  Secret,
  Service,
  State,
  StaticSite,
  Table,
  TableIndex,
  Topic,
  UsagePlan,
  WebSocketApi,
} from "./app-model.ts";

/** A part of the model with the path that findings name it by. */
export interface Located<T> {
  readonly value: T;
  readonly subject: string;
  /** Present when several parts have this subject: which of them, counted from 0. */
  readonly occurrence?: number;
  /** As a sentence names it: `route "join" of WebSocket API "chat"`. */
  readonly title: string;
}

export interface LocatedIn<T, Parent> extends Located<T> {
  readonly parent: Located<Parent>;
}

/** Everything in a model that a finding can be about. */
export interface Inventory {
  readonly app: Located<App>;
  readonly webSocketApis: readonly Located<WebSocketApi>[];
  readonly routes: readonly LocatedIn<Route, WebSocketApi>[];
  readonly authorizers: readonly LocatedIn<Authorizer, WebSocketApi>[];
  readonly models: readonly LocatedIn<RequestModel, WebSocketApi>[];
  readonly functions: readonly Located<FunctionModel>[];
  readonly tables: readonly Located<Table>[];
  readonly indexes: readonly LocatedIn<TableIndex, Table>[];
  readonly buckets: readonly Located<Bucket>[];
  readonly topics: readonly Located<Topic>[];
  readonly httpRoutes: readonly Located<HttpRoute>[];
  readonly staticSites: readonly Located<StaticSite>[];
  readonly schedules: readonly Located<Schedule>[];
  readonly states: readonly Located<State>[];
  readonly secrets: readonly Located<Secret>[];
  readonly services: readonly Located<Service>[];
  readonly resources: readonly Located<CustomResource>[];
  readonly apiKeys: readonly Located<ApiKey>[];
  readonly usagePlans: readonly Located<UsagePlan>[];
  readonly queues: readonly Located<Queue>[];
  readonly eventSources: readonly Located<EventSource>[];
  readonly eventRules: readonly Located<EventRule>[];
  readonly parameters: readonly Located<Parameter>[];
  readonly outputs: readonly Located<Output>[];
}

export function takeInventory(model: AppModel): Inventory {
  const webSocketApis = locateNamed(model.webSocketApis, "websocket", "WebSocket API");
  const tables = locateNamed(model.tables, "table", "table");
  return {
    app: { value: model.app, subject: "app", title: `app ${quoted(model.app.name)}` },
    webSocketApis,
    routes: locateInside(
      webSocketApis,
      (api) => api.routes,
      (route) => ["route", route.key],
    ),
    authorizers: locateInside(
      webSocketApis,
      (api) => api.authorizers,
      ({ name }) => ["authorizer", name],
    ),
    models: locateInside(
      webSocketApis,
      (api) => api.models,
      ({ name }) => ["model", name],
    ),
    functions: locateNamed(model.functions, "function", "function"),
    tables,
    indexes: locateInside(
      tables,
      (table) => table.indexes,
      ({ name }) => ["index", name],
    ),
    buckets: locateNamed(model.buckets, "bucket", "bucket"),
    topics: locateNamed(model.topics, "topic", "topic"),
    httpRoutes: locate(model.httpRoutes, ({ method, path }) => ({
      subject: `http:${method} ${path}`,
      title: `HTTP route ${method} ${path}`,
    })),
    staticSites: locate(model.staticSites, ({ path }) => ({
      subject: `static:${path}`,
      title: `static site ${path}`,
    })),
    schedules: locateNamed(model.schedules, "schedule", "schedule"),
    states: locateNamed(model.states, "state", "state"),
    secrets: locateNamed(model.secrets, "secret", "secret"),
    services: locateNamed(model.services, "service", "service"),
    resources: locateNamed(model.resources, "resource", "resource"),
    apiKeys: locateNamed(model.apiKeys, "api-key", "API key"),
    usagePlans: locateNamed(model.usagePlans, "usage-plan", "usage plan"),
    queues: locateNamed(model.queues, "queue", "queue"),
    eventSources: locate(model.eventSources, ({ function: to, source }) => {
      const from =
        source.kind === "queue" ? `queue ${quoted(source.queue)}` : `table ${quoted(source.table)}`;
      return {
        subject: `event-source:${source.kind === "queue" ? source.queue : source.table}/${to}`,
        title: `event source of ${from} for function ${quoted(to)}`,
      };
    }),
    eventRules: locateNamed(model.eventRules, "event-rule", "event rule"),
    parameters: locateNamed(model.parameters, "parameter", "parameter"),
    outputs: locateNamed(model.outputs, "output", "output"),
  };
}

/** All but the first of those that have the same key. */
export function repeated<T>(things: readonly T[], keyOf: (thing: T) => string): readonly T[] {
  return [...Map.groupBy(things, keyOf).values()].flatMap((same) => same.slice(1));
}

/** The children of each parent apart: what two parents hold may have the same name. */
export function byParent<T, Parent>(
  children: readonly LocatedIn<T, Parent>[],
): readonly (readonly LocatedIn<T, Parent>[])[] {
  return [...Map.groupBy(children, ({ parent }) => parent).values()];
}

type Description = Pick<Located<unknown>, "subject" | "title">;

function locateNamed<T extends { readonly name: string }>(
  values: readonly T[],
  prefix: string,
  noun: string,
): readonly Located<T>[] {
  return locate(values, ({ name }) => ({ subject: `${prefix}:${name}`, title: `${noun} ${quoted(name)}` }));
}

function locateInside<T, Parent>(
  parents: readonly Located<Parent>[],
  childrenOf: (parent: Parent) => readonly T[],
  describe: (child: T) => readonly [kind: string, name: string],
): readonly LocatedIn<T, Parent>[] {
  const children = parents.flatMap((parent) => childrenOf(parent.value).map((value) => ({ parent, value })));
  const located = locate(children, ({ parent, value }) => {
    const [kind, name] = describe(value);
    return {
      subject: `${parent.subject}/${kind}:${name}`,
      title: `${kind} ${quoted(name)} of ${parent.title}`,
    };
  });
  return located.map(({ value: { parent, value }, ...description }) => ({ ...description, parent, value }));
}

function locate<T>(values: readonly T[], describe: (value: T) => Description): readonly Located<T>[] {
  const described = values.map((value) => ({ value, ...describe(value) }));
  const totals = Map.groupBy(described, ({ subject }) => subject);
  const seen = new Map<string, number>();
  return described.map((one) => {
    const occurrence = seen.get(one.subject) ?? 0;
    seen.set(one.subject, occurrence + 1);
    return totals.get(one.subject)?.length === 1 ? one : { ...one, occurrence };
  });
}

const longestQuotation = 100;

function quoted(name: string): string {
  return name.length <= longestQuotation ? `"${name}"` : `"${name.slice(0, longestQuotation)}…"`;
}
