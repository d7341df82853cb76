import { HoldfastError } from "../base/errors.ts";
import type {
  RequestModel,
  Route,
  Throttling,
  WebSocketApi as WebSocketApiModel,
  WebSocketLimits,
} from "../model/app-model.ts";
import { defaultLimits, defaultRouteSelectionExpression } from "../model/defaults.ts";
import { routeFunctionName } from "../model/names.ts";
import { authorizerFunction, type AuthorizeHandler } from "../runtime/authorizer-handler.ts";
import { createRoom, toExcept, type ExceptOptions, type Room } from "../runtime/room.ts";
import type { Handler } from "../runtime/registered-app.ts";
import {
  toJsonSchema,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from "../runtime/standard-schema.ts";
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
  openFunction,
  type ConnectHandler,
  type DisconnectHandler,
  type MessageHandler,
  type OpenHandler,
} from "../runtime/websocket-handlers.ts";
import type {
  ApiTypes,
  AttributesOf,
  AuthorizerOf,
  CustomKey,
  MessagesOf,
  RoomsOf,
  RoutesOf,
} from "./api-types.ts";
import { toIntegration, type IntegrationOption, type IntegrationOptions } from "./integration.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";
import { WebSocketAccess, type AuthorizeOptions, type ConnectHandlerOptions } from "./websocket-access.ts";

export type { AuthorizeOptions, ConnectHandlerOptions } from "./websocket-access.ts";

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
  /** How many messages a second each route takes, and handshakes; routes may say otherwise. No limit unless said. */
  readonly throttling?: Throttling;
  /**
   * One line of this for each handshake, message, end of a connection and call of `@connections`, such as
   * `$context.requestId $context.eventType $context.routeKey $context.status`. What is not set is `-`.
   */
  readonly accessLog?: string;
  /**
   * What becomes of binary messages. `refuse`: the connection is closed with 1003, as on API Gateway. `allow`: they take
   * the route `$default`, with their bytes as base64 in `event.body`. Holdfast's extension. `refuse` unless said.
   */
  readonly binary?: "refuse" | "allow";
}

export interface MessageOptions extends FunctionOptions {
  /**
   * Messages of one connection run one after another, and its disconnect handler after them. API Gateway runs them at
   * the same time.
   */
  readonly ordered?: boolean;
  /** How many messages a second the route takes; more are answered with an error. */
  readonly throttling?: Throttling;
}

export interface SchemaOptions<
  Body extends StandardSchema,
  Reply extends StandardSchema = StandardSchema,
> extends MessageOptions {
  /**
   * What messages must be: a zod, valibot or arktype schema, or any other Standard Schema. One that does not fit is
   * answered with `Bad request body`, and the handler does not run.
   */
  readonly body: Body;
  /** What the handler must return. What does not fit is the handler's fault: the client gets an error frame instead. */
  readonly reply?: Reply;
}

/** Connections and what becomes of their messages. */
export class WebSocketApi<Types extends ApiTypes = ApiTypes> implements WebSocketClient<MessagesOf<Types>> {
  readonly name: string;
  readonly #registry: Registry;
  readonly #routes: Route[] = [];
  readonly #models: RequestModel[] = [];
  readonly #access: WebSocketAccess;
  #onOpen: string | undefined;
  readonly #client: WebSocketClient<MessagesOf<Types>>;

  constructor(registry: Registry, name: string, options: WebSocketOptions) {
    this.name = name;
    this.#registry = registry;
    this.#client = createWebSocketClient(name, registry);
    this.#access = new WebSocketAccess(registry, name);
    registry.note(`websocket:${name}`);
    registry.webSocketApis.push(() => this.#describe(options));
  }

  /**
   * Runs before a connection exists, and decides whether it comes to be: it may refuse with a status and body, choose
   * a sub-protocol, and attach attributes. Nothing can be sent to the connection here yet.
   */
  onConnect(handler: Connecting<Types>): void;
  onConnect(options: ConnectHandlerOptions, handler: Connecting<Types>): void;
  onConnect(...given: [Connecting<Types>] | [ConnectHandlerOptions, Connecting<Types>]): void {
    const [options, handler] = withOptions(given);
    this.#access.connect(options);
    this.#add("$connect", connectFunction(handler), options);
  }

  /**
   * Runs before the connect handler, and decides who may connect: API Gateway's Lambda authorizer. Once an API. What it
   * returns as `context` comes to all handlers of the connection as `authorizer`.
   */
  authorize(handler: AuthorizeHandler<AuthorizerOf<Types>>): void;
  authorize(options: AuthorizeOptions, handler: AuthorizeHandler<AuthorizerOf<Types>>): void;
  authorize(
    ...given:
      | [AuthorizeHandler<AuthorizerOf<Types>>]
      | [AuthorizeOptions, AuthorizeHandler<AuthorizerOf<Types>>]
  ): void {
    const [options, handler] = withOptions<AuthorizeOptions, AuthorizeHandler<AuthorizerOf<Types>>>(given);
    this.#access.authorize(authorizerFunction(handler), options);
  }

  /**
   * Runs once the handshake is done, when sending to the connection works. Messages that the client sends at once may
   * be handled at the same time. Holdfast's extension.
   */
  onOpen(handler: Opening<Types>): void;
  onOpen(options: FunctionOptions, handler: Opening<Types>): void;
  onOpen(...given: [Opening<Types>] | [FunctionOptions, Opening<Types>]): void {
    const [options, handler] = withOptions(given);
    if (this.#onOpen !== undefined)
      throw new HoldfastError("NAME_DUPLICATE", `WebSocket API "${this.name}" has an open handler already`);
    const functionName = routeFunctionName(this.name, "$open");
    this.#onOpen = this.#registry.addFunction(functionName, openFunction(handler, this.#client), options);
  }

  /** Runs once after a connection has ended, whichever way it went. */
  onDisconnect(handler: Disconnecting<Types>): void;
  onDisconnect(options: FunctionOptions, handler: Disconnecting<Types>): void;
  onDisconnect(...given: [Disconnecting<Types>] | [FunctionOptions, Disconnecting<Types>]): void {
    const [options, handler] = withOptions(given);
    this.#add("$disconnect", disconnectFunction(handler), options);
  }

  /** Runs for messages that no other route takes (`$default`). What it returns goes back to the sender. */
  onMessage(handler: Messaging<Types>): void;
  onMessage(options: MessageOptions, handler: Messaging<Types>): void;
  onMessage(...given: [Messaging<Types>] | [MessageOptions, Messaging<Types>]): void {
    const [options, handler] = withOptions(given);
    this.#add("$default", messageFunction(handler, this.#client), options);
  }

  /** Runs for messages that the selection expression routes to `route`. What it returns goes back to the sender. */
  on<Key extends RoutesOf<Types>>(route: CustomKey<Key>, handler: Messaging<Types>): void;
  on<Key extends RoutesOf<Types>, Body extends StandardSchema, Reply extends StandardSchema>(
    route: CustomKey<Key>,
    options: SchemaOptions<Body, Reply>,
    handler: Messaging<Types, SchemaOutput<Body>, Promise<SchemaInput<Reply>> | SchemaInput<Reply>>,
  ): void;
  on<Key extends RoutesOf<Types>>(
    route: CustomKey<Key>,
    options: MessageOptions,
    handler: Messaging<Types>,
  ): void;
  on(
    route: string,
    ...given:
      | [Messaging<Types>]
      | [
          MessageOptions & { readonly body?: StandardSchema; readonly reply?: StandardSchema },
          Messaging<Types, never>,
        ]
  ): void {
    const [options, handler] = given.length === 1 ? [{}, given[0]] : given;
    const { body, reply } = options as Partial<SchemaOptions<StandardSchema>>;
    this.#add(route, messageFunction(handler, this.#client, { body, reply }), options, body);
  }

  /**
   * Sends what a route takes elsewhere than to a handler: `ws.integrate("join", { http: "http://localhost:8000/join" })`.
   * `$connect`, `$disconnect` and `$default` too.
   */
  integrate(
    route: RoutesOf<Types> | "$connect" | "$disconnect" | "$default",
    integration: IntegrationOption,
    options: IntegrationOptions = {},
  ): void {
    this.#registry.note(`websocket:${this.name}/route:${route}`);
    const { ordered = false, responds, throttling, model, apiKey, iam } = options;
    if (apiKey !== undefined || iam !== undefined) {
      if (route !== "$connect")
        throw new HoldfastError("ACCESS_INVALID", `The route "${route}" cannot ask for keys or signatures`);
      this.#access.connect({ ...(apiKey !== undefined && { apiKey }), ...(iam !== undefined && { iam }) });
    }
    this.#routes.push({
      key: route,
      integration: toIntegration(integration),
      responds: responds ?? (route !== "$connect" && route !== "$disconnect"),
      ordered,
      authorization: { kind: "none" },
      apiKeyRequired: false,
      ...(throttling !== undefined && { throttling }),
      ...this.#enforcedModel(route, model),
    });
  }

  /**
   * Sends text as it is, anything else as JSON. Resolves when it is on its way.
   * Rejects with `GoneError` when the client has left, or inside its own connect handler.
   */
  send(connectionId: string, data: MessagesOf<Types>): Promise<void> {
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
  room(name: RoomsOf<Types>): Room<MessagesOf<Types>> {
    return createRoom(this.name, name, this.#registry);
  }

  /** Sends to every connection of the API in one call; text as it is, anything else as JSON. Resolves with how many. */
  async broadcast(data: MessagesOf<Types>, options?: ExceptOptions): Promise<number> {
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
      ...(options.throttling !== undefined && { throttling: options.throttling }),
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

  #enforcedModel(
    route: string,
    schema: object | undefined,
  ): Pick<Route, "requestModels" | "modelSelectionExpression"> {
    if (schema === undefined) return { requestModels: {} };
    const name = routeFunctionName(this.name, route);
    this.#models.push({ name, contentType: "application/json", schema, enforcedBy: "gateway" });
    return { requestModels: { $default: name }, modelSelectionExpression: "$default" };
  }

  #describe(options: WebSocketOptions): WebSocketApiModel {
    return {
      name: this.name,
      routeSelectionExpression: options.routeSelectionExpression ?? defaultRouteSelectionExpression,
      ...(options.path !== undefined && { path: options.path }),
      routes: this.#access.guard(this.#routes),
      ...(this.#onOpen !== undefined && { onOpen: this.#onOpen }),
      extensions: [],
      authorizers: this.#access.authorizers,
      ...this.#access.keySource,
      models: this.#models,
      stageVariables: { ...options.stageVariables },
      limits: { ...defaultLimits, ...options.limits },
      ...(options.throttling !== undefined && { throttling: options.throttling }),
      ...(options.accessLog !== undefined && { accessLogFormat: options.accessLog }),
      ...(options.binary !== undefined && { binary: options.binary }),
    };
  }
}

type Connecting<Types extends ApiTypes> = ConnectHandler<AttributesOf<Types>, AuthorizerOf<Types>>;
type Opening<Types extends ApiTypes> = OpenHandler<
  AttributesOf<Types>,
  MessagesOf<Types>,
  AuthorizerOf<Types>
>;
type Messaging<Types extends ApiTypes, Body = unknown, Reply = unknown> = MessageHandler<
  AttributesOf<Types>,
  Body,
  MessagesOf<Types>,
  Reply,
  AuthorizerOf<Types>
>;
type Disconnecting<Types extends ApiTypes> = DisconnectHandler<AttributesOf<Types>, AuthorizerOf<Types>>;
