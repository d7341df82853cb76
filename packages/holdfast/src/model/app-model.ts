import type {
  EventRule,
  EventSource,
  HttpRouteOnAws,
  InvokePermission,
  Output,
  Parameter,
  PolicyDocument,
  Queue,
} from "./aws-resources.ts";
import type { Bucket, Topic } from "./receivers.ts";

export type {
  EventRule,
  EventRuleTarget,
  EventSource,
  HttpRouteOnAws,
  InvokePermission,
  Output,
  Parameter,
  PolicyDocument,
  Queue,
} from "./aws-resources.ts";

export type { CorsRule, Website } from "./bucket-pages.ts";
export type { Bucket, BucketNotification, Topic, TopicSubscriber } from "./receivers.ts";

/**
 * The app model: what every front end produces and every target consumes. Plain frozen data;
 * `holdfast inspect --json` prints it and `schema.ts` validates it. Times are milliseconds, sizes bytes
 * or, where the name says so, megabytes. Everything refers to everything else by name.
 */
export interface AppModel {
  /** The version of this shape; it rises when old readers would misread a model. */
  readonly version: 1;
  readonly app: App;
  readonly webSocketApis: readonly WebSocketApi[];
  readonly functions: readonly FunctionModel[];
  readonly tables: readonly Table[];
  readonly buckets: readonly Bucket[];
  readonly topics: readonly Topic[];
  readonly httpRoutes: readonly HttpRoute[];
  readonly staticSites: readonly StaticSite[];
  readonly schedules: readonly Schedule[];
  readonly states: readonly State[];
  readonly secrets: readonly Secret[];
  readonly services: readonly Service[];
  readonly resources: readonly CustomResource[];
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
  readonly queues: readonly Queue[];
  readonly eventSources: readonly EventSource[];
  readonly eventRules: readonly EventRule[];
  readonly parameters: readonly Parameter[];
  readonly outputs: readonly Output[];
}

export interface App {
  readonly name: string;
  /** The port the app asks for; the command line wins. */
  readonly port?: number;
}

/** One API Gateway WebSocket API with its live stage. */
export interface WebSocketApi {
  readonly name: string;
  /** For example `$request.body.action`, or text around `${request.body.type}`. */
  readonly routeSelectionExpression: string;
  /**
   * Holdfast's extension: the API is mounted exactly there, without a stage. May hold `{name}` segments,
   * whose values come with every event of the connection.
   */
  readonly path?: string;
  /** The stage that it is deployed as; absent: the one that the app runs as. */
  readonly stage?: string;
  readonly routes: readonly Route[];
  /** What its handlers are seen to use of what API Gateway has not. */
  readonly extensions: readonly Extension[];
  /** Holdfast's extension: the function that runs once a connection is open, when sending to it works. */
  readonly onOpen?: string;
  readonly authorizers: readonly Authorizer[];
  readonly models: readonly RequestModel[];
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly limits: WebSocketLimits;
  /** Of each route that has none of its own (API Gateway's default route settings). */
  readonly throttling?: Throttling;
  /** `$request.header.x-api-key` or `$context.authorizer.usageIdentifierKey`. */
  readonly apiKeySelectionExpression?: string;
  /** Variables of `$context` in text; one line of it for each exchange. No access log when absent. */
  readonly accessLogFormat?: string;
  /** What becomes of binary messages: `refuse`, the default, as API Gateway does; to allow them is Holdfast's extension. */
  readonly binary?: "refuse" | "allow";
}

/** What Holdfast has and API Gateway has not; `extensions.ts` says what becomes of each on which target. */
export type Extension = "rooms" | "attributes" | "path" | "close" | "onOpen" | "headers" | "binary";

/** AWS's fixed values are the defaults (`defaultLimits`). */
export interface WebSocketLimits {
  readonly messageBytes: number;
  readonly frameBytes: number;
  readonly idleTimeoutMs: number;
  readonly connectionDurationMs: number;
  /** The longest an integration may take before `Endpoint request timed out`. */
  readonly integrationTimeoutMs: number;
  /** Path and query of a handshake. */
  readonly urlBytes: number;
  readonly routes: number;
  readonly authorizers: number;
  /** Of one mapping template. */
  readonly templateBytes: number;
  readonly accessLogFormatBytes: number;
}

/** A token bucket: `burst` at once, and so many more a second. */
export interface Throttling {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface Route {
  /** `$connect`, `$disconnect`, `$default` or a key of one's own. */
  readonly key: string;
  readonly integration: Integration;
  /** Whether the integration's answer goes back to the client (a route response exists). */
  readonly responds: boolean;
  /** Messages of one connection on ordered routes run one after another; AWS runs them concurrently. */
  readonly ordered: boolean;
  /** API Gateway asks at `$connect` only. */
  readonly authorization: Authorization;
  /** A key is asked for at `$connect` only. */
  readonly apiKeyRequired: boolean;
  readonly modelSelectionExpression?: string;
  /** Content type, or what the selection expression yields, to the name of a request model. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly throttling?: Throttling;
}

export type Authorization =
  | { readonly kind: "none" }
  | { readonly kind: "iam" }
  | { readonly kind: "authorizer"; readonly authorizer: string };

export interface Authorizer {
  readonly name: string;
  readonly function: string;
  /**
   * `route.request.header.Auth`, `route.request.querystring.token`, `stageVariables.name` or `context.connectionId`; all
   * must be there and not empty, or the handshake ends with 401.
   */
  readonly identitySources: readonly string[];
  /** What its ARN has for it; absent: its name. */
  readonly id?: string;
  /** The ARN of the role that invokes the function; absent: the function's own permissions let the API. */
  readonly role?: string;
}

export interface RequestModel {
  readonly name: string;
  readonly contentType: string;
  /** JSON schema, draft 4, as its author wrote it. */
  readonly schema: unknown;
  /** Who turns away messages that do not fit: the gateway, or the function, which has the schema this one came from. */
  readonly enforcedBy: "gateway" | "function";
}

export type Integration = FunctionIntegration | HttpIntegration | MockIntegration | ServiceIntegration;

/** `AWS_PROXY` when `proxy`, else `AWS` with templates. */
export interface FunctionIntegration {
  readonly kind: "function";
  readonly function: string;
  readonly proxy: boolean;
  readonly timeoutMs?: number;
  readonly mapping?: Mapping;
  /** The ARN of the role that invokes the function; absent: the function's own permissions let the API. */
  readonly role?: string;
}

/** `HTTP_PROXY` when `proxy`, else `HTTP`. */
export interface HttpIntegration {
  readonly kind: "http";
  readonly proxy: boolean;
  readonly method: string;
  readonly uri: string;
  readonly timeoutMs?: number;
  readonly mapping?: Mapping;
}

export interface MockIntegration {
  readonly kind: "mock";
  readonly mapping?: Mapping;
}

/** `AWS` with another service's action, such as `dynamodb:action/PutItem`. */
export interface ServiceIntegration {
  readonly kind: "service";
  readonly service: string;
  readonly action: string;
  readonly timeoutMs?: number;
  readonly mapping?: Mapping;
}

/** What a non-proxy integration does with requests and responses. */
export interface Mapping {
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly templateSelectionExpression?: string;
  readonly passthrough: "when-no-match" | "when-no-templates" | "never";
  readonly contentHandling?: "to-text" | "to-binary";
  readonly responses: readonly IntegrationResponse[];
}

export interface IntegrationResponse {
  /** `$default` or `/regex/`. */
  readonly key: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly templateSelectionExpression?: string;
  readonly contentHandling?: "to-text" | "to-binary";
}

export interface FunctionModel {
  readonly name: string;
  readonly code: FunctionCode;
  /** AWS's runtime identifier, such as `nodejs24.x`. */
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The most memory its process may take; a function that has one runs in a process of its own. */
  readonly memoryMb?: number;
  /** The most invocations at a time; more wait. A function that has one runs in a process of its own. */
  readonly concurrency?: number;
  /** A process of its own, apart from the app's other functions. */
  readonly isolated: boolean;
  readonly grants: readonly Grant[];
  /** Folders with the contents of layers, in the order in which the function has them. */
  readonly layers?: readonly string[];
  /** Its role's ARN, of functions that have one. */
  readonly role?: string;
  /** What its role allows and denies; absent where grants say it. */
  readonly policies?: readonly PolicyDocument[];
  /** Who may invoke it; absent where everything of the app may. */
  readonly permissions?: readonly InvokePermission[];
}

/**
 * `export`: a handler registered in a code-first app. `handler`: `file.function` in a folder, as Lambda names it,
 * absolute or relative to the app's folder.
 */
export type FunctionCode =
  | { readonly kind: "export"; readonly file: string; readonly export: string }
  | { readonly kind: "handler"; readonly dir: string; readonly handler: string };

/** What a function may do with a resource; the function is the one that holds it. */
export interface Grant {
  /** `table:games`, `websocket:chat`, … */
  readonly resource: string;
  /** `["*"]` grants the resource whole. */
  readonly operations: readonly string[];
  /** Where it was inferred, and is wider than what the code is seen to do: why. */
  readonly because?: string;
}

export interface Table {
  readonly name: string;
  readonly key: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** The attribute that holds the time of expiry, in seconds since 1970. */
  readonly ttl?: string;
  readonly indexes: readonly TableIndex[];
  /** What its stream tells of each change besides the key: the item as it is then, as it was, or both. None: no stream. */
  readonly stream?: "keys" | "new" | "old" | "both";
  /** Kept when the app is destroyed. */
  readonly retain: boolean;
}

export interface TableIndex {
  readonly name: string;
  readonly key: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly projection: "all" | "keys-only" | readonly string[];
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: "string" | "number" | "binary";
}

export interface HttpRoute {
  /** An HTTP method in capitals, or `ANY`. */
  readonly method: string;
  /** `/plain`, `/with/{parameter}`, `/with/{rest+}`. */
  readonly path: string;
  readonly function: string;
  /** Present where the route is one of an HTTP or REST API of API Gateway's. */
  readonly aws?: HttpRouteOnAws;
}

export interface StaticSite {
  /** Where it is mounted; `/` is the root. */
  readonly path: string;
  /** Relative to the app's folder. */
  readonly folder: string;
  /** Files are also served under names that carry a hash of their contents. */
  readonly fingerprint: boolean;
  /** The page for what is not found, relative to the folder. */
  readonly notFound?: string;
}

export interface Schedule {
  readonly name: string;
  /** `rate(5 minutes)` or `cron(…)`, in UTC. */
  readonly expression: string;
  readonly function: string;
  /** What the function gets instead of EventBridge's event. */
  readonly input?: unknown;
  /** The rule's name, where it is not the schedule's. */
  readonly rule?: string;
  /** The ARN of the role that invokes the function; absent: the function's own permissions let EventBridge. */
  readonly role?: string;
}

/** A small value that every function may read. */
export interface State {
  readonly name: string;
  /** Plain data; what it is until it is set. */
  readonly initial: unknown;
}

/** A value that comes from outside: the environment, or a file. The model never holds it. */
export interface Secret {
  readonly name: string;
}

/** Runs for as long as the app does. */
export interface Service {
  readonly name: string;
  readonly function: string;
}

/** A resource of the app's own making. */
export interface CustomResource {
  readonly name: string;
  /** What it can be asked to do. */
  readonly operations: readonly string[];
  /** One a target that it was made for. */
  readonly implementations: readonly ResourceImplementation[];
}

export interface ResourceImplementation {
  readonly target: "local" | "server" | "aws";
  /** Carries out the operations; its grants are what the implementation itself may do. */
  readonly function: string;
  /** On AWS: what it needs of services that Holdfast does not know. */
  readonly statements: readonly PolicyStatement[];
}

/** Allows actions on resources, as in an IAM policy. */
export interface PolicyStatement {
  /** Such as `ses:SendEmail`. */
  readonly actions: readonly string[];
  /** ARNs, or `*`. */
  readonly resources: readonly string[];
}

/** What a client shows to be let in under a usage plan. */
export interface ApiKey {
  readonly name: string;
  readonly source: ApiKeySource;
  /** One that is not is refused like none. */
  readonly enabled: boolean;
}

export type ApiKeySource =
  | { readonly kind: "secret"; readonly secret: string }
  /** For keys that are none: of tests and examples. */
  | { readonly kind: "value"; readonly value: string };

/** What the holders of some keys may do. A key without a plan for an API opens nothing there (API Gateway, documented). */
export interface UsagePlan {
  readonly name: string;
  /** Names of API keys. */
  readonly keys: readonly string[];
  /** Names of WebSocket APIs. */
  readonly apis: readonly string[];
  /** Of each key by itself. */
  readonly throttling?: Throttling;
  readonly quota?: Quota;
}

/** How many handshakes each key has a day, a week from Monday on, or a month, in UTC. */
export interface Quota {
  readonly requests: number;
  readonly period: "day" | "week" | "month";
}
