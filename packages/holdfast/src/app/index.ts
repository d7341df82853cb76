/** What `import … from "holdfast"` gives. */
export { App, type AppOptions } from "./app.ts";
export type { AddHttpRoute, HttpRoutes } from "./http.ts";
export type { FunctionOptions } from "./registry.ts";
export type { StaticOptions } from "./static.ts";
export type { IndexOptions, KeyOption, TableOptions } from "./table.ts";
export type { MessageOptions, WebSocketApi, WebSocketOptions } from "./websocket.ts";
export { ConditionFailedError, GoneError, HoldfastError } from "../base/errors.ts";
export type { ErrorCode } from "../base/error-codes.ts";
export type { WebSocketLimits } from "../model/app-model.ts";
export type { HttpContext, HttpHandler } from "../runtime/http-handlers.ts";
export type {
  QueryKey,
  QueryOptions,
  ScanOptions,
  Table,
  TableKey,
  WriteOptions,
} from "../runtime/table-client.ts";
export type {
  AttributeOperators,
  AttributeTest,
  SortTest,
  TableCondition,
  TableUpdate,
} from "../runtime/table-conditions.ts";
export type { ConnectionInfo, WebSocketClient } from "../runtime/websocket-client.ts";
export type {
  ConnectContext,
  ConnectHandler,
  ConnectionContext,
  ConnectResult,
  DisconnectContext,
  DisconnectHandler,
  MessageContext,
  MessageHandler,
} from "../runtime/websocket-handlers.ts";
