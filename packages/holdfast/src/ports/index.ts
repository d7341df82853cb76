export type {
  BucketStore,
  ListRequest,
  NewObject,
  ObjectChange,
  ObjectFacts,
  ObjectPage,
  StoredObject,
} from "./bucket-store.ts";
export type { Bundle } from "./bundle.ts";
export type { ConnectionRecords } from "./connection-records.ts";
export type { CloseChoice, ConnectionDescription, Connections } from "./connections.ts";
export type { Evaluator } from "./evaluator.ts";
export type { Frontend, FrontendSurroundings, OpenFrontend, Reading } from "./frontend.ts";
export type { FunctionDeployment, FunctionHost, LongRun } from "./function-host.ts";
export type { InvocationResult, Invoker } from "./invoker.ts";
export type { ResourceCall, ResourceCalls } from "./resource-calls.ts";
export type { TableStore } from "./table-store.ts";
export type { ServiceActions, ServicePayload } from "./service-actions.ts";
export type { RunningApp } from "./target.ts";
export type {
  DeliveredMessage,
  TopicBus,
  TopicDefinition,
  TopicMessage,
  TopicSubscriber,
} from "./topic-bus.ts";
export type { Rooms, SendOptions } from "./rooms.ts";
