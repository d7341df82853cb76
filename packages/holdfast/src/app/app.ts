import {
  appBrand,
  type AppDeclaration,
  type Handler,
  type ResourceClient,
} from "../runtime/registered-app.ts";
import { createTable, type Table } from "../runtime/table-client.ts";
import type { ServiceStart } from "../runtime/service-handler.ts";
import type { FunctionHandler, ScheduleHandler } from "../runtime/task-handlers.ts";
import type { ApiTypes } from "./api-types.ts";
import { addApiKey, addUsagePlan, type ApiKeyOptions, type UsagePlan } from "./api-key.ts";
import { addBucket, type Bucket, type BucketOptions } from "./bucket.ts";
import { addCallableFunction, type CallableFunction } from "./function.ts";
import { createHttpRoutes, type HttpRoutes } from "./http.ts";
import { Registry, withOptions, type FunctionOptions } from "./registry.ts";
import { addSchedule } from "./schedule.ts";
import { addResource, type ResourceDefinition } from "./resource.ts";
import { addSecret, type Secret } from "./secret.ts";
import { addService, type ServiceArguments } from "./service.ts";
import { addState, type State } from "./state.ts";
import { addStaticSite, type StaticFiles, type StaticOptions } from "./static.ts";
import { addTopic, type Topic } from "./topic.ts";
import { addTable, type TableOptions } from "./table.ts";
import type { UsagePlanOptions } from "./usage-plan-draft.ts";
import { WebSocketApi, type WebSocketOptions } from "./websocket.ts";

export interface AppOptions {
  /** The port to listen on where the command line names none. 3333 unless said. */
  readonly port?: number;
}

/**
 * An application: sockets, tables, HTTP routes and files, and the handlers behind them.
 * The app's file exports it as default.
 *
 * @example
 * const app = new App("relay");
 * export default app;
 */
export class App {
  /** @internal */
  readonly [appBrand] = true;
  readonly name: string;
  /** HTTP routes, on the port of the sockets. */
  readonly http: HttpRoutes;
  readonly #options: AppOptions;
  readonly #registry = new Registry();

  constructor(name: string, options: AppOptions = {}) {
    this.name = name;
    this.#options = options;
    this.http = createHttpRoutes(this.#registry);
  }

  /**
   * A WebSocket API: handlers for connections and their messages. The first needs no name; it is then called
   * "websocket". Messages are routed by `$request.body.action` unless `routeSelectionExpression` says otherwise.
   *
   * @typeParam Types what the compiler is to know of attributes, messages, rooms and routes.
   */
  websocket<Types extends ApiTypes = ApiTypes>(
    name = "websocket",
    options: WebSocketOptions = {},
  ): WebSocketApi<Types> {
    return new WebSocketApi<Types>(this.#registry, name, options);
  }

  /**
   * A table of items, each found by its key. The meaning is DynamoDB's.
   *
   * @typeParam Row what an item holds.
   * @typeParam Key the names of the key's attributes; with it, `get`, `update` and `delete` demand exactly these.
   */
  table<Row extends object, Key extends keyof Row & string = keyof Row & string>(
    name: string,
    options: TableOptions<Row>,
  ): Table<Row, Key> {
    return createTable<Row, Key>(addTable(this.#registry, name, options), this.#registry);
  }

  /** Objects by key: files, in effect. Handlers can run when they change. */
  bucket(name: string, options: BucketOptions = {}): Bucket {
    return addBucket(this.#registry, name, options);
  }

  /** What is published goes to every subscriber, soon. */
  topic(name: string): Topic {
    return addTopic(this.#registry, name);
  }

  /** A function that other handlers call, with its result or as an event. */
  function<Input, Output>(
    name: string,
    handler: FunctionHandler<Input, Output>,
  ): CallableFunction<Input, Output>;
  function<Input, Output>(
    name: string,
    options: FunctionOptions,
    handler: FunctionHandler<Input, Output>,
  ): CallableFunction<Input, Output>;
  function<Input, Output>(
    name: string,
    ...given: [FunctionHandler<Input, Output>] | [FunctionOptions, FunctionHandler<Input, Output>]
  ): CallableFunction<Input, Output> {
    return addCallableFunction(this.#registry, name, ...withOptions(given));
  }

  /** Runs again and again: `rate(5 minutes)`, or `cron(0 12 * * ? *)` in UTC. */
  schedule(name: string, expression: string, handler: ScheduleHandler): void;
  schedule(name: string, expression: string, options: FunctionOptions, handler: ScheduleHandler): void;
  schedule(
    name: string,
    expression: string,
    ...given: [ScheduleHandler] | [FunctionOptions, ScheduleHandler]
  ): void {
    addSchedule(this.#registry, name, expression, ...withOptions(given));
  }

  /** A small value that every handler reads, and that outlives restarts. Plain data. */
  state<Value>(name: string, initial: Value): State<Value> {
    return addState(this.#registry, name, initial);
  }

  /** A value that the app's files must not hold: from the environment, or a file. */
  secret(name: string): Secret {
    return addSecret(this.#registry, name);
  }

  /** A key that opens the APIs whose connect handler asks for one: clients send it in the header `x-api-key`. */
  apiKey(name: string, options: ApiKeyOptions): void {
    addApiKey(this.#registry, name, options);
  }

  /** How fast and how often the keys that name it may connect. */
  usagePlan(name: string, options: UsagePlanOptions = {}): UsagePlan {
    return addUsagePlan(this.#registry, name, options);
  }

  /**
   * Runs with the app: `start` is called once the app runs, and what it returns when the app stops or a newer version
   * takes over. A service that fails is started again, with growing pauses. The first needs no name; it is then called
   * "service".
   */
  service(start: ServiceStart): void;
  service(name: string, start: ServiceStart): void;
  service(name: string, options: FunctionOptions, start: ServiceStart): void;
  service(...given: ServiceArguments): void {
    addService(this.#registry, given);
  }

  /**
   * A resource of one's own: an interface of asynchronous methods, and what carries them out on each target. Arguments
   * and results are plain data, as they travel between processes.
   *
   * @typeParam Operations the interface.
   */
  resource<Operations extends object>(name: string, definition: ResourceDefinition<Operations>): Operations {
    return addResource(this.#registry, name, definition);
  }

  /** Serves the files of a folder, which is relative to the app's file. HTTP routes come first. */
  static(folder: string, options: StaticOptions = {}): StaticFiles {
    return addStaticSite(this.#registry, folder, options);
  }

  /** @internal */
  declare(): AppDeclaration {
    return this.#registry.declare({
      name: this.name,
      ...(this.#options.port !== undefined && { port: this.#options.port }),
    });
  }

  /** @internal */
  handler(name: string): Handler | undefined {
    return this.#registry.handler(name);
  }

  /** @internal */
  attach(client: ResourceClient): void {
    this.#registry.attach(client);
  }
}
