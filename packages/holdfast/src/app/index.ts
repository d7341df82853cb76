/** What `import … from "holdfast"` gives. */
export { App, type AppOptions } from "./app.ts";
export type { ApiKeyOptions, UsagePlan } from "./api-key.ts";
export type { UsagePlanOptions } from "./usage-plan-draft.ts";
export type {
  ApiTypes,
  AttributesOf,
  AuthorizerOf,
  CustomKey,
  MessagesOf,
  RoomsOf,
  RoutesOf,
} from "./api-types.ts";
export type { AddHttpRoute, HttpRoutes } from "./http.ts";
export type { FunctionOptions } from "./registry.ts";
export type {
  HttpIntegrationOption,
  IntegrationOption,
  IntegrationOptions,
  MappingOption,
  MockIntegrationOption,
  ResponseOption,
  ServiceIntegrationOption,
} from "./integration.ts";
export type { GrantsOption } from "./grants-option.ts";
export type { AwsResourceTarget, ResourceDefinition, ResourceTarget } from "./resource.ts";
export type { StaticFiles, StaticOptions } from "./static.ts";
export type { IndexOptions, KeyOption, TableOptions } from "./table.ts";
export type {
  AuthorizeOptions,
  ConnectHandlerOptions,
  MessageOptions,
  SchemaOptions,
  WebSocketApi,
  WebSocketOptions,
} from "./websocket.ts";
export { ConditionFailedError, GoneError, HoldfastError, UnauthorizedError } from "../base/errors.ts";
export type { ErrorCode } from "../base/error-codes.ts";
export type { PolicyStatement, Quota, Throttling, WebSocketLimits } from "../model/app-model.ts";
export type { AuthorizeContext, AuthorizeHandler, AuthorizeResult } from "../runtime/authorizer-handler.ts";
export type { OperationsOf } from "../runtime/custom-resource.ts";
export type { ServiceContext, ServiceStart, ServiceStopper } from "../runtime/service-handler.ts";
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
export type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from "../runtime/standard-schema.ts";
export type { ConnectionInfo, WebSocketClient } from "../runtime/websocket-client.ts";
export type {
  AuthorizerTexts,
  ConnectContext,
  ConnectHandler,
  ConnectionContext,
  ConnectResult,
  DisconnectContext,
  DisconnectHandler,
  MessageContext,
  MessageHandler,
  OpenContext,
  OpenHandler,
} from "../runtime/websocket-handlers.ts";
export type { ExceptOptions, Room } from "../runtime/room.ts";
export type { Bucket, BucketOptions, NotificationOptions } from "./bucket.ts";
export type { CallableFunction } from "./function.ts";
export type { Secret } from "./secret.ts";
export type { State } from "./state.ts";
export type { PublishOptions, Topic } from "./topic.ts";
export type { BucketClient, BucketObject, BucketObjectFacts, PutOptions } from "../runtime/bucket-client.ts";
export type {
  BucketChangeContext,
  BucketHandler,
  FunctionHandler,
  ScheduleContext,
  ScheduleHandler,
  TaskContext,
  TopicHandler,
  TopicMessageContext,
} from "../runtime/task-handlers.ts";
