import type {
  RequestModel,
  Route,
  WebSocketApi as WebSocketApiModel,
  WebSocketLimits,
} from "../model/app-model.ts";
import { defaultLimits, defaultRouteSelectionExpression } from "../model/defaults.ts";
import { routeFunctionName } from "../model/names.ts";
import { createRoom, toExcept, type ExceptOptions, type Room } from "../runtime/room.ts";
import type { Handler } from "../runtime/registered-app.ts";
import { toJsonSchema, type SchemaOutput, type StandardSchema } from "../runtime/standard-schema.ts";
import {
  createWebSocketClient,
  toText,
  type ConnectionInfo,
  type WebSocketClient,
} from "../runtime/websocket-client.ts";
import {
  connectFunction,
  disconnectFunction,
  messageFunction,
  type ConnectHandler,
  type DisconnectHandler,
  type MessageHandler,
} from "../runtime/websocket-handlers.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";

export interface WebSocketOptions {
  /** What a message is routed by: `$request.body.action` unless said; text around `${request.body.type}` works. */
  readonly routeSelectionExpression?: string;
  /**
   * Mounts the API exactly there, without a stage, such as `/chat/{username}`; its values come as `params`.
   * Holdfast's extension: API Gateway has no paths on WebSocket APIs.
   */
  readonly path?: string;
  /** API Gateway's quotas unless said. */
  readonly limits?: Partial<WebSocketLimits>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

export interface MessageOptions extends FunctionOptions {
  /** Messages of one connection run one after another. API Gateway runs them at the same time. */
  readonly ordered?: boolean;
}

export interface SchemaOptions<Schema extends StandardSchema> extends MessageOptions {
  /**
   * What messages must be: a zod, valibot or arktype schema, or any other Standard Schema. One that does not fit is
   * answered with `Bad request body`, and the handler does not run.
   */
  readonly body: Schema;
}

/** Connections and what becomes of their messages. */
export class WebSocketApi<
  Attributes extends object = Readonly<Record<string, unknown>>,
> implements WebSocketClient {
  readonly name: string;
  readonly #registry: Registry;
  readonly #routes: Route[] = [];
  readonly #models: RequestModel[] = [];
  readonly #client: WebSocketClient;

  constructor(registry: Registry, name: string, options: WebSocketOptions) {
    this.name = name;
    this.#registry = registry;
    this.#client = createWebSocketClient(name, registry);
    registry.note(`websocket:${name}`);
    registry.webSocketApis.push(() => this.#describe(options));
  }

  /**
   * Runs before a connection exists, and decides whether it comes to be: it may refuse with a status and body, choose
   * a sub-protocol, and attach attributes. Nothing can be sent to the connection here yet.
   */
  onConnect(handler: ConnectHandler<Attributes>): void;
  onConnect(options: FunctionOptions, handler: ConnectHandler<Attributes>): void;
  onConnect(...given: [ConnectHandler<Attributes>] | [FunctionOptions, ConnectHandler<Attributes>]): void {
    const [options, handler] = withOptions(given);
    this.#add("$connect", connectFunction(handler), options);
  }

  /** Runs once after a connection has ended, whichever way it went. */
  onDisconnect(handler: DisconnectHandler<Attributes>): void;
  onDisconnect(options: FunctionOptions, handler: DisconnectHandler<Attributes>): void;
  onDisconnect(
    ...given: [DisconnectHandler<Attributes>] | [FunctionOptions, DisconnectHandler<Attributes>]
  ): void {
    const [options, handler] = withOptions(given);
    this.#add("$disconnect", disconnectFunction(handler), options);
  }

  /** Runs for messages that no other route takes (`$default`). What it returns goes back to the sender. */
  onMessage(handler: MessageHandler<Attributes>): void;
  onMessage(options: MessageOptions, handler: MessageHandler<Attributes>): void;
  onMessage(...given: [MessageHandler<Attributes>] | [MessageOptions, MessageHandler<Attributes>]): void {
    const [options, handler] = withOptions(given);
    this.#add("$default", messageFunction(handler, this.#client), options);
  }

  /** Runs for messages that the selection expression routes to `route`. What it returns goes back to the sender. */
  on(route: string, handler: MessageHandler<Attributes>): void;
  on<Schema extends StandardSchema>(
    route: string,
    options: SchemaOptions<Schema>,
    handler: MessageHandler<Attributes, SchemaOutput<Schema>>,
  ): void;
  on(route: string, options: MessageOptions, handler: MessageHandler<Attributes>): void;
  on(
    route: string,
    ...given:
      | [MessageHandler<Attributes>]
      | [MessageOptions & { readonly body?: StandardSchema }, MessageHandler<Attributes, never>]
  ): void {
    const [options, handler] = given.length === 1 ? [{}, given[0]] : given;
    const schema = "body" in options ? options.body : undefined;
    this.#add(route, messageFunction(handler, this.#client, schema), options, schema);
  }

  /**
   * Sends text as it is, anything else as JSON. Resolves when it is on its way.
   * Rejects with `GoneError` when the client has left, or inside its own connect handler.
   */
  send(connectionId: string, data: unknown): Promise<void> {
    return this.#client.send(connectionId, data);
  }

  /** Closes the connection, after what was sent before. Its disconnect handler runs. 1000 unless said. */
  close(connectionId: string, choice?: { readonly code: number; readonly reason?: string }): Promise<void> {
    return this.#client.close(connectionId, choice);
  }

  /** Since when a connection is there, when it was last active, and from where. */
  describe(connectionId: string): Promise<ConnectionInfo> {
    return this.#client.describe(connectionId);
  }

  /** Where clients connect, such as `ws://localhost:3333/dev`. */
  url(): Promise<string> {
    return this.#client.url();
  }

  /** A group of connections: join them, send to all of them in one call. Holdfast's extension. */
  room(name: string): Room {
    return createRoom(this.name, name, this.#registry);
  }

  /** Sends to every connection of the API in one call; text as it is, anything else as JSON. Resolves with how many. */
  async broadcast(data: unknown, options?: ExceptOptions): Promise<number> {
    const argument = { data: toText(data), except: toExcept(options) };
    return Number(await this.#registry.call(`websocket:${this.name}`, "broadcast", argument));
  }

  #add(key: string, handler: Handler, options: MessageOptions, schema?: StandardSchema): void {
    this.#registry.note(`websocket:${this.name}/route:${key}`);
    const name = this.#registry.addFunction(routeFunctionName(this.name, key), handler, options);
    this.#routes.push({
      key,
      integration: { kind: "function", function: name, proxy: true },
      responds: key !== "$connect" && key !== "$disconnect",
      ordered: options.ordered ?? false,
      authorization: { kind: "none" },
      apiKeyRequired: false,
      ...this.#requestModel(name, schema),
    });
  }

  /** The schema as a request model, where it can be said as one. */
  #requestModel(
    name: string,
    schema: StandardSchema | undefined,
  ): Pick<Route, "requestModels" | "modelSelectionExpression"> {
    const jsonSchema = schema && toJsonSchema(schema);
    if (jsonSchema === undefined) return { requestModels: {} };
    this.#models.push({ name, contentType: "application/json", schema: jsonSchema, enforcedBy: "function" });
    return { requestModels: { $default: name }, modelSelectionExpression: "$default" };
  }

  #describe(options: WebSocketOptions): WebSocketApiModel {
    return {
      name: this.name,
      routeSelectionExpression: options.routeSelectionExpression ?? defaultRouteSelectionExpression,
      ...(options.path !== undefined && { path: options.path }),
      routes: this.#routes,
      authorizers: [],
      models: this.#models,
      stageVariables: { ...options.stageVariables },
      limits: { ...defaultLimits, ...options.limits },
    };
  }
}
