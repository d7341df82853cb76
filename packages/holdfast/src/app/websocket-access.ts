import { HoldfastError } from "../base/errors.ts";
import type {
  Authorization,
  Authorizer,
  MockIntegration,
  Route,
  Throttling,
  WebSocketApi,
} from "../model/app-model.ts";
import { eventFunctionName } from "../model/names.ts";
import type { Handler } from "../runtime/registered-app.ts";
import type { FunctionOptions, Registry } from "./registry.ts";

export interface ConnectHandlerOptions extends FunctionOptions {
  /**
   * Asks each client for a key, in the header `x-api-key`, and refuses it without one. See `app.apiKey`.
   * `authorizer`: the key is what the authorizer returns as `usageIdentifierKey`; browsers cannot send the header.
   */
  readonly apiKey?: boolean | "authorizer";
  /** Asks each client for a signature (AWS Signature Version 4) in its headers or its URL. */
  readonly iam?: boolean;
  /** How many handshakes a second are taken; more are refused with 429. */
  readonly throttling?: Throttling;
}

export interface AuthorizeOptions extends FunctionOptions {
  /**
   * What clients must send to be looked at: `route.request.header.Authorization`, `route.request.querystring.token`.
   * Who does not send all of it is refused with 401, and the authorizer does not run.
   */
  readonly identitySources?: readonly string[];
}

const authorizerName = "authorizer";

/** What a WebSocket API asks of its clients, as it is declared. */
export class WebSocketAccess {
  readonly #registry: Registry;
  readonly #apiName: string;
  readonly authorizers: Authorizer[] = [];
  #connect: ConnectHandlerOptions = {};

  constructor(registry: Registry, apiName: string) {
    this.#registry = registry;
    this.#apiName = apiName;
  }

  connect(options: ConnectHandlerOptions): void {
    this.#connect = options;
    this.#checkOne();
  }

  authorize(handler: Handler, { identitySources = [], ...options }: AuthorizeOptions): void {
    if (this.authorizers.length > 0)
      throw new HoldfastError("NAME_DUPLICATE", `WebSocket API "${this.#apiName}" has an authorizer already`);
    this.#registry.note(`websocket:${this.#apiName}/authorizer:${authorizerName}`);
    const functionName = this.#registry.addFunction(
      eventFunctionName("websocket", this.#apiName, "authorize", 0),
      handler,
      options,
    );
    this.authorizers.push({ name: authorizerName, function: functionName, identitySources });
    this.#checkOne();
  }

  /** The routes, with what `$connect` asks for; it is made where there is none to ask. */
  guard(routes: readonly Route[]): readonly Route[] {
    const authorization = this.#authorization();
    const apiKeyRequired = (this.#connect.apiKey ?? false) !== false;
    const guarded = routes.map((route) =>
      route.key === "$connect" ? { ...route, authorization, apiKeyRequired } : route,
    );
    const isGuarded = authorization.kind === "none" || routes.some(({ key }) => key === "$connect");
    return isGuarded ? guarded : [...guarded, openDoor(authorization)];
  }

  /** Where the key is, unless it is in its header. */
  get keySource(): Pick<WebSocketApi, "apiKeySelectionExpression"> {
    if (this.#connect.apiKey !== "authorizer") return {};
    return { apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" };
  }

  #authorization(): Authorization {
    if (this.authorizers.length > 0) return { kind: "authorizer", authorizer: authorizerName };
    return { kind: this.#connect.iam === true ? "iam" : "none" };
  }

  #checkOne(): void {
    if (this.authorizers.length === 0 || this.#connect.iam !== true) return;
    throw new HoldfastError(
      "ACCESS_INVALID",
      `WebSocket API "${this.#apiName}" has an authorizer and asks for IAM signatures; API Gateway takes one of the two`,
    );
  }
}

/** A `$connect` that accepts whom its authorizer lets in. */
function openDoor(authorization: Authorization): Route {
  return {
    key: "$connect",
    integration: accepting,
    responds: false,
    ordered: false,
    authorization,
    apiKeyRequired: false,
    requestModels: {},
  };
}

const accepting: MockIntegration = {
  kind: "mock",
  mapping: {
    requestParameters: {},
    requestTemplates: { "200": '{"statusCode": 200}' },
    templateSelectionExpression: "200",
    passthrough: "never",
    responses: [],
  },
};
