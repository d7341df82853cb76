import type {
  AppModel,
  Authorization,
  FunctionCode,
  FunctionIntegration,
  Integration,
  RequestModel,
  Route,
  WebSocketApi,
} from "./app-model.ts";
import { checkExtensions } from "./extensions.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { takeInventory, type Inventory, type Located } from "./inventory.ts";

type Support =
  | "runs"
  /** Without it the app would not be the same: an error. */
  | { readonly refused: string }
  /** The app works without it: a warning. */
  | { readonly ignored: string };

type ResourceKind = Exclude<keyof AppModel, "version" | "app">;

/** What a target makes of each kind of thing in a model. A new kind does not compile until every target answers. */
interface TargetSupport {
  readonly resources: Readonly<Record<ResourceKind, Support>>;
  readonly webSocketApi: Readonly<Record<keyof WebSocketApi, Support>>;
  readonly route: Readonly<Record<keyof Route, Support>>;
  /** By who enforces it. */
  readonly requestModel: Readonly<Record<RequestModel["enforcedBy"], Support>>;
  readonly authorization: Readonly<Record<Authorization["kind"], Support>>;
  readonly integration: Readonly<Record<Integration["kind"], Support>>;
  /** Of proxies, to which API Gateway hands its events as they are. */
  readonly functionIntegration: Readonly<Record<keyof FunctionIntegration, Support>>;
  /** Function integrations that are no proxies. */
  readonly nonProxy: Support;
  readonly functionCode: Readonly<Record<FunctionCode["kind"], Support>>;
}

const supportByTarget = {
  local: {
    resources: {
      webSocketApis: "runs",
      functions: "runs",
      tables: "runs",
      buckets: "runs",
      topics: "runs",
      httpRoutes: "runs",
      staticSites: "runs",
      schedules: "runs",
      states: "runs",
      secrets: "runs",
      services: "runs",
      resources: "runs",
      apiKeys: "runs",
      usagePlans: "runs",
      queues: "runs",
      eventSources: "runs",
      eventRules: "runs",
      parameters: "runs",
      outputs: "runs",
    },
    webSocketApi: {
      name: "runs",
      routeSelectionExpression: "runs",
      path: "runs",
      stage: "runs",
      routes: "runs",
      // They answer for themselves.
      extensions: "runs",
      onOpen: "runs",
      authorizers: "runs",
      models: "runs",
      stageVariables: "runs",
      limits: "runs",
      throttling: "runs",
      // Where the key is, should a route require one; that is asked of the routes.
      apiKeySelectionExpression: "runs",
      accessLogFormat: "runs",
      // Answered as an extension.
      binary: "runs",
    },
    route: {
      key: "runs",
      integration: "runs",
      responds: "runs",
      ordered: "runs",
      authorization: "runs",
      apiKeyRequired: "runs",
      modelSelectionExpression: "runs",
      requestModels: "runs",
      throttling: "runs",
    },
    requestModel: { function: "runs", gateway: "runs" },
    authorization: {
      none: "runs",
      iam: "runs",
      authorizer: "runs",
    },
    integration: {
      function: "runs",
      http: "runs",
      mock: "runs",
      service: "runs",
    },
    functionIntegration: {
      kind: "runs",
      function: "runs",
      proxy: "runs",
      timeoutMs: "runs",
      mapping: { refused: "mappings of function proxies" },
      role: "runs",
    },
    nonProxy: "runs",
    functionCode: { export: "runs", handler: "runs" },
  },
} as const satisfies Record<string, TargetSupport>;

/** A target that a model can be validated for. */
export type TargetName = keyof typeof supportByTarget;

/** `MODEL_UNSUPPORTED` for everything in the model that the target does not run. */
export function findUnsupported(model: AppModel, target: TargetName): readonly Finding[] {
  const support: TargetSupport = supportByTarget[target];
  const inventory = takeInventory(model);
  const judgements = [
    ...(Object.keys(support.resources) as ResourceKind[]).flatMap((kind) =>
      inventory[kind].map((located) => ({ located, answers: [support.resources[kind]] })),
    ),
    ...inventory.webSocketApis.map((located) => ({
      located,
      answers: answersFor(located.value, support.webSocketApi),
    })),
    ...inventory.routes.map((located) => ({ located, answers: answersForRoute(located.value, support) })),
    ...inventory.models.map((located) => ({
      located,
      answers: [support.requestModel[located.value.enforcedBy]],
    })),
    ...inventory.functions.map((located) => ({
      located,
      answers: [support.functionCode[located.value.code.kind]],
    })),
  ];
  return [
    ...judgements.flatMap(({ located, answers }) => toFindings(located, answers, target)),
    ...checkExtensions(model, target),
    ...checkImplementations(inventory, target),
  ];
}

/** A resource of the app's own runs where it was made to. */
function checkImplementations({ resources }: Inventory, target: TargetName): readonly Finding[] {
  return resources
    .filter(({ value }) => !value.implementations.some((one) => one.target === target))
    .map((located) =>
      errorAbout(
        located,
        "MODEL_UNSUPPORTED",
        `${located.title} has no implementation for the target "${target}"`,
        `Give it one: targets: { ${target}: { open: () => … } }.`,
      ),
    );
}

function answersForRoute(route: Route, support: TargetSupport): readonly Support[] {
  const { integration, authorization } = route;
  const common = [
    ...answersFor(route, support.route),
    support.authorization[authorization.kind],
    support.integration[integration.kind],
  ];
  if (integration.kind !== "function") return common;
  return integration.proxy
    ? [...common, ...answersFor(integration, support.functionIntegration)]
    : [...common, support.nonProxy];
}

/** The answers for those properties of `value` that ask for anything. */
function answersFor<T extends object>(
  value: T,
  answers: Readonly<Record<keyof T & string, Support>>,
): readonly Support[] {
  const names = Object.keys(answers) as (keyof T & string)[];
  return names.filter((name) => isUsed(value[name])).map((name) => answers[name]);
}

function isUsed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined && value !== false;
  return Object.keys(value).length > 0;
}

function toFindings(
  located: Located<unknown>,
  answers: readonly Support[],
  target: TargetName,
): readonly Finding[] {
  const refused = answers.flatMap((answer) =>
    typeof answer === "object" && "refused" in answer ? [answer.refused] : [],
  );
  const ignored = answers.flatMap((answer) =>
    typeof answer === "object" && "ignored" in answer ? [answer.ignored] : [],
  );
  const toError = (what: string): Finding =>
    errorAbout(
      located,
      "MODEL_UNSUPPORTED",
      `The target "${target}" does not run ${what} yet (${located.title})`,
    );
  return [
    ...[...new Set(refused)].map(toError),
    ...[...new Set(ignored)].map((what): Finding => ({ ...toError(what), severity: "warning" })),
  ];
}
