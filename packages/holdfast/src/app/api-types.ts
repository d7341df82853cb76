/**
 * What the compiler is to know of a WebSocket API; every part may be left out:
 * `app.websocket<{ attributes: { name: string }; messages: Move | Chat; rooms: "lobby"; routes: "move" | "say" }>()`.
 */
export interface ApiTypes {
  /** What the connect handler attaches to each connection. */
  readonly attributes?: object;
  /** What the API's authorizer gives with each connection: all values are texts by then. */
  readonly authorizer?: object;
  /** What is sent to clients: `send`, `reply`, rooms and broadcasts take nothing else. */
  readonly messages?: unknown;
  /** The names of rooms; `` `game-${string}` `` is one for many. */
  readonly rooms?: string;
  /** The keys of the routes that messages ask for. */
  readonly routes?: string;
}

export type AttributesOf<Types extends ApiTypes> = Types extends {
  readonly attributes: infer A extends object;
}
  ? A
  : Readonly<Record<string, unknown>>;

export type AuthorizerOf<Types extends ApiTypes> = Types extends {
  readonly authorizer: infer A extends object;
}
  ? A & { readonly principalId?: string }
  : Readonly<Record<string, string>>;

export type MessagesOf<Types extends ApiTypes> = Types extends { readonly messages: infer M } ? M : unknown;

export type RoomsOf<Types extends ApiTypes> = Types extends { readonly rooms: infer R extends string }
  ? R
  : string;

export type RoutesOf<Types extends ApiTypes> = Types extends { readonly routes: infer R extends string }
  ? R
  : string;

/** A route's key, unless it begins as API Gateway's own do: those have methods of their own. */
export type CustomKey<Key extends string> = Key extends `$${string}`
  ? "Use onConnect, onDisconnect or onMessage"
  : Key;
