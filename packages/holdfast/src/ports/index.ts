export type { AwsCaller, AwsServiceAnswer, AwsServiceRequest, AwsServices } from "./aws-services.ts";
export type {
  BucketStore,
  ByteRange,
  ChecksumAlgorithm,
  CompleteOutcome,
  Completion,
  ListRequest,
  MultipartUploads,
  NewObject,
  NewPart,
  ObjectAttributes,
  ObjectChange,
  ObjectChecksum,
  ObjectCondition,
  ObjectCopy,
  ObjectFacts,
  ObjectPage,
  ObjectSource,
  ObjectTags,
  PartCopy,
  PartFacts,
  PutOutcome,
  StoredObject,
  Upload,
  UploadAttributes,
  UploadFacts,
} from "./bucket-store.ts";
export type { Bundle } from "./bundle.ts";
export type { ConnectionRecords } from "./connection-records.ts";
export type { CloseChoice, ConnectionDescription, Connections } from "./connections.ts";
export type { Evaluator } from "./evaluator.ts";
export type { AwsPlace, Frontend, FrontendSurroundings, OpenFrontend, Reading } from "./frontend.ts";
export type { FunctionCalls } from "./function-calls.ts";
export type { FunctionDeployment, FunctionHost, HostLoad, LongRun } from "./function-host.ts";
export type {
  ErrorResponseType,
  Exchange,
  ExchangeFailure,
  ExchangeFault,
  GatewayObserver,
} from "./gateway-observer.ts";
export type { CodeFacts, ConfigurationChange, FunctionUpdates } from "./function-updates.ts";
export type { InvocationResult, Invoker } from "./invoker.ts";
export type { Backplane, BackplaneHandler } from "./backplane.ts";
export type { BackupSource } from "./backups.ts";
export type { ComponentLevel, LogLevelChanges, LogLevels, LogLevelSettings } from "./log-levels.ts";
export type {
  LogAppend,
  LogCreation,
  LogEvent,
  LogGroup,
  LogGroups,
  LogSpan,
  LogStream,
  NewLogEvent,
} from "./log-groups.ts";
export type {
  MessageAttribute,
  NewMessage,
  QueueCounts,
  QueueStore,
  ReceiptOutcome,
  ReceivedMessage,
  ReceiveRequest,
  SentMessage,
  VisibilityChange,
} from "./queue-store.ts";
export type { HandedPort, OpenPort } from "./open-port.ts";
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
export type { Confirmation, PublishedMessage, Subscription, Topics } from "./topics.ts";
export type { Rooms, SendOptions } from "./rooms.ts";
export type { NewSpan, Span, Tracer } from "./tracer.ts";
