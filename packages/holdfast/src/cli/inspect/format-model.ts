import type {
  ApiKey,
  AppModel,
  Bucket,
  FunctionModel,
  KeyAttribute,
  Route,
  Table,
  Throttling,
  UsagePlan,
  WebSocketApi,
} from "../../model/app-model.ts";
import { receiverOf, type TopicSubscriber } from "../../model/receivers.ts";
import { defaultLimits } from "../../model/defaults.ts";
import type { Styles } from "../output/styles.ts";
import { awsSections } from "./format-aws-resources.ts";

/** A model as a person reads it: a section a kind, kinds that the app has none of left out. */
export function formatModel(model: AppModel, styles: Styles): string {
  const sections = [
    ...model.webSocketApis.map((api) => webSocketSection(api, styles)),
    section(
      "HTTP routes",
      model.httpRoutes.map((route) => [route.method, route.path, `→ ${route.function}`]),
      styles,
    ),
    section(
      "Static files",
      model.staticSites.map((site) => [site.path, `← ${site.folder}/`]),
      styles,
    ),
    section("Tables", model.tables.map(tableRow), styles),
    section("Buckets", model.buckets.flatMap(bucketRows), styles),
    section(
      "Topics",
      model.topics.map(({ name, subscribers }) => [name, ...subscribers.map(subscriberCell)]),
      styles,
    ),
    section(
      "Schedules",
      model.schedules.map((one) => [one.name, one.expression, `→ ${one.function}`]),
      styles,
    ),
    section(
      "States",
      model.states.map(({ name, initial }) => [name, JSON.stringify(initial)]),
      styles,
    ),
    section(
      "Secrets",
      model.secrets.map(({ name }) => [name]),
      styles,
    ),
    section(
      "Services",
      model.services.map((one) => [one.name, `→ ${one.function}`]),
      styles,
    ),
    section(
      "Resources",
      model.resources.map((one) => [
        one.name,
        one.operations.join(", "),
        `on ${one.implementations.map(({ target }) => target).join(", ")}`,
      ]),
      styles,
    ),
    section("API keys", model.apiKeys.map(apiKeyRow), styles),
    section("Usage plans", model.usagePlans.map(usagePlanRow), styles),
    section("Functions", model.functions.map(functionRow), styles),
    section("Layers", model.functions.flatMap(layerRows), styles),
    section("Grants", model.functions.filter(isGranted).flatMap(grantRows), styles),
    ...awsSections(model).map(({ title, rows }) => section(title, rows, styles)),
  ];
  return [styles.bold(model.app.name), ...sections.filter((text) => text !== "")].join("\n\n");
}

function webSocketSection(api: WebSocketApi, styles: Styles): string {
  const where = api.path === undefined ? "" : ` at ${api.path}`;
  const limits = Object.entries(api.limits).filter(
    ([name, value]) => defaultLimits[name as keyof typeof defaultLimits] !== value,
  );
  const settings = [
    ["routed by", api.routeSelectionExpression],
    ...(api.onOpen === undefined ? [] : [["onOpen", `→ ${api.onOpen}`]]),
    ...api.authorizers.map((one) => [`authorizer ${one.name}`, `→ ${one.function}`]),
    ...(api.throttling === undefined ? [] : [["throttling", describeThrottling(api.throttling)]]),
    ...(api.extensions.length === 0 ? [] : [["extensions", api.extensions.join(", ")]]),
    ...limits.map(([name, value]) => [name, String(value)]),
    ...Object.entries(api.stageVariables).map(([name, value]) => [`stageVariables.${name}`, value]),
  ];
  const title = `WebSocket API "${api.name}"${where}`;
  return [section(title, settings, styles), table(api.routes.map(routeRow)).join("\n")]
    .filter((text) => text !== "")
    .join("\n");
}

function routeRow(route: Route): string[] {
  const { integration } = route;
  const target =
    integration.kind === "function" ? `→ ${integration.function}` : `→ ${integration.kind} integration`;
  const notes = [
    route.responds && "answers",
    route.ordered && "ordered",
    route.authorization.kind === "authorizer" && `authorizer ${route.authorization.authorizer}`,
    route.authorization.kind === "iam" && "IAM",
    route.apiKeyRequired && "API key",
    route.throttling !== undefined && describeThrottling(route.throttling),
  ].filter((note) => note !== false);
  return [route.key, target, notes.join(", ")];
}

/** Without the value, even where the model has it. */
function apiKeyRow({ name, source, enabled }: ApiKey): string[] {
  const from = source.kind === "secret" ? `from the secret ${source.secret}` : "written in the app";
  return [name, from, enabled ? "" : "disabled"];
}

function usagePlanRow({ name, keys, apis, throttling, quota }: UsagePlan): string[] {
  return [
    name,
    `keys: ${keys.join(", ")}`,
    `APIs: ${apis.join(", ")}`,
    throttling === undefined ? "" : describeThrottling(throttling),
    quota === undefined ? "" : `${quota.requests} a ${quota.period}`,
  ];
}

function describeThrottling({ ratePerSecond, burst }: Throttling): string {
  return `${ratePerSecond} a second, ${burst} at once`;
}

function tableRow(one: Table): string[] {
  const indexes = one.indexes.map((index) => `${index.name} (${keys(index)})`);
  return [
    one.name,
    keys(one),
    one.ttl === undefined ? "" : `expires by ${one.ttl}`,
    indexes.length === 0 ? "" : `indexes: ${indexes.join(", ")}`,
    one.stream === undefined ? "" : `stream: ${one.stream}`,
  ];
}

function bucketRows({ name, notifications }: Bucket): string[][] {
  if (notifications.length === 0) return [[name]];
  return notifications.map((notification) => {
    const { on, prefix = "", suffix = "" } = notification;
    const which = prefix === "" && suffix === "" ? "" : `of ${prefix}*${suffix}`;
    return [name, `on ${on}`, which, `→ ${receiverTitle(notification)}`];
  });
}

function subscriberCell(subscriber: TopicSubscriber): string {
  return `→ ${receiverTitle(subscriber)}${subscriber.filter === undefined ? "" : " (filtered)"}`;
}

/** Functions, of which there are the most, by their names alone. */
function receiverTitle(to: Parameters<typeof receiverOf>[0]): string {
  const { kind, name } = receiverOf(to);
  return kind === "queue" || kind === "topic" ? `${kind} ${name}` : name;
}

function keys({ key, sortKey }: { readonly key: KeyAttribute; readonly sortKey?: KeyAttribute }): string {
  return [key, ...(sortKey === undefined ? [] : [sortKey])]
    .map(({ name, type }) => `${name}: ${type}`)
    .join(", ");
}

function functionRow(one: FunctionModel): string[] {
  const code = one.code.kind === "export" ? one.code.file : `${one.code.handler} in ${one.code.dir}`;
  const settings = [
    // Of an app in code all functions have the same.
    one.code.kind === "handler" && one.runtime,
    `${one.timeoutMs} ms`,
    one.memoryMb !== undefined && `${one.memoryMb} MB`,
    one.concurrency !== undefined && `${one.concurrency} at a time`,
    one.isolated && "isolated",
  ].filter((setting) => setting !== false);
  return [one.name, code, settings.join(", ")];
}

function layerRows({ name, layers = [] }: FunctionModel): string[][] {
  return layers.map((layer, index) => [index === 0 ? name : "", layer]);
}

/** Functions of templates have policies instead. */
function isGranted({ grants, policies }: FunctionModel): boolean {
  return grants.length > 0 || policies === undefined;
}

/** A row a grant; the function's name stands at the first. */
function grantRows({ name, grants }: FunctionModel): string[][] {
  if (grants.length === 0) return [[name, "none"]];
  return grants.map(({ resource, operations, because }, index) => [
    index === 0 ? name : "",
    resource,
    operations.includes("*") ? "everything" : operations.join(", "),
    because === undefined ? "" : `(${because})`,
  ]);
}

function section(title: string, rows: readonly (readonly string[])[], styles: Styles): string {
  return rows.length === 0 ? "" : [styles.cyan(title), ...table(rows)].join("\n");
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
