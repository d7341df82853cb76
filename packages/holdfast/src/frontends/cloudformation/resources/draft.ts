import type {
  ApiKey,
  Bucket,
  BucketNotification,
  EventRule,
  EventSource,
  FunctionModel,
  HttpRoute,
  Output,
  Parameter,
  Queue,
  Schedule,
  Table,
  Topic,
  TopicSubscriber,
  UsagePlan,
  WebSocketApi,
} from "../../../model/app-model.ts";
import type { AwsPlace } from "../../../ports/frontend.ts";
import type { JsonObject, Problems, TemplatePath, TemplateResource } from "../template/template.ts";

/** A resource whose properties are resolved. */
export interface ResolvedResource extends Omit<TemplateResource, "properties" | "madeFrom"> {
  /** Where an earlier stack of the app has the same, it is behind the name of its own stack. */
  readonly logicalId: string;
  /** Where it is written; of what a transform made, what that made it of. */
  readonly path: TemplatePath;
  readonly properties: JsonObject;
  readonly home: StackHome;
}

/** Where a stack's code is. */
export interface StackHome {
  /** Absolute path of the folder that paths of the template are relative to. */
  readonly folder: string;
  /** A CDK app's assets: absolute paths, by the hash that templates name them by. */
  readonly assets: ReadonlyMap<string, string>;
}

/** All resources of an app that exist (their conditions hold), resolved, with what their readers need. */
export interface ResourceSet {
  readonly appName: string;
  readonly place: AwsPlace;
  /** In the order of the stacks and of their templates. */
  readonly all: readonly ResolvedResource[];
  ofType(type: string): readonly ResolvedResource[];
  /** The resource that a Ref, a name or an ARN of one of these types leads to. */
  find(value: unknown, ...types: string[]): ResolvedResource | undefined;
  /** Whether it is a stack whose own resources are among all. */
  isNested(resource: ResolvedResource): boolean;
  /** Attributes of a resource that is not run which something refers to: their values are made up. */
  madeUpOf(resource: ResolvedResource): readonly string[];
  readonly problems: Problems;
}

/** What readers of resources put together: each adds its own kind. */
export interface ModelDraft {
  readonly webSocketApis: WebSocketApi[];
  readonly functions: DraftFunction[];
  readonly tables: Table[];
  readonly buckets: (Omit<Bucket, "notifications"> & { readonly notifications: BucketNotification[] })[];
  readonly topics: (Omit<Topic, "subscribers"> & { readonly subscribers: TopicSubscriber[] })[];
  readonly httpRoutes: HttpRoute[];
  readonly schedules: Schedule[];
  readonly queues: Queue[];
  readonly eventSources: EventSource[];
  readonly eventRules: EventRule[];
  readonly parameters: Parameter[];
  readonly outputs: Output[];
  readonly apiKeys: ApiKey[];
  readonly usagePlans: UsagePlan[];
}

export function emptyDraft(): ModelDraft {
  return {
    webSocketApis: [],
    functions: [],
    tables: [],
    buckets: [],
    topics: [],
    httpRoutes: [],
    schedules: [],
    queues: [],
    eventSources: [],
    eventRules: [],
    parameters: [],
    outputs: [],
    apiKeys: [],
    usagePlans: [],
  };
}

/** A function whose code is not located yet. */
export interface DraftFunction extends Omit<FunctionModel, "code" | "layers"> {
  readonly resource: ResolvedResource;
  readonly source: CodeSource;
  readonly handler: string;
  /** Where the contents of its layers are. */
  readonly layers: readonly CodeSource[];
}

/** Where a template says that code is. */
export type CodeSource =
  /** Absolute path of a file or folder (`CodeUri`, a CDK asset); a .zip file is unpacked. */
  | { readonly kind: "local"; readonly path: string }
  /** `ZipFile`: the text of one file. */
  | { readonly kind: "inline"; readonly text: string }
  /** In a bucket of AWS's, out of reach. */
  | { readonly kind: "remote"; readonly uri: string };
