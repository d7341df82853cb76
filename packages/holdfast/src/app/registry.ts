import { getCallSites } from "node:util";
import { HoldfastError } from "../base/errors.ts";
import type {
  ApiKey,
  AppModel,
  Bucket,
  CustomResource,
  FunctionModel,
  HttpRoute,
  Schedule,
  Secret,
  Service,
  State,
  StaticSite,
  Table,
  Topic,
  WebSocketApi,
} from "../model/app-model.ts";
import { defaultFunctionTimeoutMs, defaultRuntime } from "../model/defaults.ts";
import { describeUsagePlan, type UsagePlanDraft } from "./usage-plan-draft.ts";
import { toGrants, type GrantsOption } from "./grants-option.ts";
import type { AppDeclaration, BundlePosition, Handler, ResourceClient } from "../runtime/registered-app.ts";

/** How a handler runs. */
export interface FunctionOptions {
  /** After so long the invocation counts as failed. Milliseconds, 1 to 900,000. 30,000 unless said. */
  readonly timeoutMs?: number;
  /** The most memory its process may take, in megabytes; gives the handler a process of its own. */
  readonly memoryMb?: number;
  /** The most invocations at a time, more wait; gives the handler a process of its own. */
  readonly concurrency?: number;
  /** A process of its own, apart from the app's other handlers. */
  readonly isolated?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the handler may do, in place of what is inferred from its code: `{ "table:games": ["get"] }`. */
  readonly grants?: GrantsOption;
}

/** Frames kept of each declaration's stack: enough to leave Holdfast's own and a library's behind. */
const framesPerPlace = 12;

/** Collects what an app declares, and holds the way to the host once there is one. */
export class Registry implements ResourceClient {
  readonly #handlers = new Map<string, Handler>();
  readonly #places: Record<string, BundlePosition[][]> = Object.create(null) as Record<
    string,
    BundlePosition[][]
  >;
  readonly functions: FunctionModel[] = [];
  readonly webSocketApis: (() => WebSocketApi)[] = [];
  readonly tables: Table[] = [];
  readonly httpRoutes: HttpRoute[] = [];
  readonly staticSites: StaticSite[] = [];
  readonly buckets: Bucket[] = [];
  readonly topics: Topic[] = [];
  readonly schedules: Schedule[] = [];
  readonly states: State[] = [];
  readonly secrets: Secret[] = [];
  readonly services: Service[] = [];
  readonly resources: CustomResource[] = [];
  readonly apiKeys: ApiKey[] = [];
  readonly usagePlans: UsagePlanDraft[] = [];
  readonly #withoutGrants: string[] = [];
  #client: ResourceClient | undefined;

  addFunction(baseName: string, handler: Handler, options: FunctionOptions): string {
    // Two handlers of one route are an error that validation reports; until then neither hides the other.
    const name = this.#handlers.has(baseName) ? `${baseName}-${this.#handlers.size}` : baseName;
    this.#handlers.set(name, handler);
    this.note(`handler:${name}`);
    if (options.grants === undefined) this.#withoutGrants.push(name);
    this.functions.push({
      name,
      code: { kind: "export", file: "", export: name },
      runtime: defaultRuntime,
      environment: { ...options.environment },
      timeoutMs: options.timeoutMs ?? defaultFunctionTimeoutMs,
      ...(options.memoryMb !== undefined && { memoryMb: options.memoryMb }),
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
      isolated: options.isolated ?? false,
      grants: toGrants(options.grants ?? {}),
    });
    return name;
  }

  /** Remembers where `subject` is declared. To be called while the user's call is on the stack. */
  note(subject: string): void {
    const [own, ...frames] = getCallSites(framesPerPlace, { sourceMap: false });
    const positions = frames.map(
      ({ scriptName, lineNumber: line, columnNumber: column }): BundlePosition => ({
        line,
        column,
        // This very module is part of the bundle.
        ...(scriptName !== own?.scriptName && { foreign: true }),
      }),
    );
    (this.#places[subject] ??= []).push(positions);
  }

  handler(name: string): Handler | undefined {
    return this.#handlers.get(name);
  }

  attach(client: ResourceClient): void {
    this.#client = client;
  }

  call(resource: string, operation: string, argument: unknown): Promise<unknown> {
    if (this.#client === undefined) {
      const error = new HoldfastError(
        "RESOURCE_OUTSIDE_HANDLER",
        `${resource} was asked to ${operation} while the app was loading`,
      );
      return Promise.reject(error);
    }
    return this.#client.call(resource, operation, argument);
  }

  declare(app: AppModel["app"]): AppDeclaration {
    const webSocketApis = this.webSocketApis.map((describe) => describe());
    const model: AppModel = {
      version: 1,
      app,
      webSocketApis,
      functions: this.functions,
      tables: this.tables,
      buckets: this.buckets,
      topics: this.topics,
      httpRoutes: this.httpRoutes,
      staticSites: this.staticSites,
      schedules: this.schedules,
      states: this.states,
      secrets: this.secrets,
      services: this.services,
      resources: this.resources,
      apiKeys: this.apiKeys,
      usagePlans: this.usagePlans.map((draft) => describeUsagePlan(draft, webSocketApis)),
      queues: [],
      eventSources: [],
      eventRules: [],
      parameters: [],
      outputs: [],
    };
    return { model, places: { ...this.#places }, withoutGrants: this.#withoutGrants };
  }
}

/** Options are optional and come first: `(handler)` or `(options, handler)`. */
export function withOptions<Options extends FunctionOptions, H>(given: [H] | [Options, H]): [Options, H] {
  return given.length === 1 ? [{} as Options, given[0]] : given;
}
