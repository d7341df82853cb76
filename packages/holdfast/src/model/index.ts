export type {
  ApiKey,
  ApiKeySource,
  App,
  AppModel,
  Authorization,
  Authorizer,
  Bucket,
  BucketNotification,
  CorsRule,
  EventRule,
  EventRuleTarget,
  EventSource,
  FunctionCode,
  FunctionIntegration,
  FunctionModel,
  Grant,
  HttpIntegration,
  HttpRoute,
  HttpRouteOnAws,
  Integration,
  IntegrationResponse,
  InvokePermission,
  KeyAttribute,
  Mapping,
  MockIntegration,
  Output,
  Parameter,
  PolicyDocument,
  Queue,
  Quota,
  RequestModel,
  Route,
  Schedule,
  ServiceIntegration,
  StaticSite,
  Table,
  TableIndex,
  Throttling,
  Topic,
  TopicSubscriber,
  UsagePlan,
  WebSocketApi,
  WebSocketLimits,
  Website,
} from "./app-model.ts";
export type { AttributeType, AttributeValue, Item } from "./attribute-value.ts";
export {
  toAwsEvent,
  type AwsConnectContext,
  type AwsConnectEvent,
  type AwsDisconnectContext,
  type AwsDisconnectEvent,
  type AwsMessageContext,
  type AwsMessageEvent,
  type AwsRequestContext,
  type AwsWebSocketEvent,
} from "./aws-event.ts";
export {
  defaultFunctionTimeoutMs,
  defaultLimits,
  defaultPort,
  defaultRouteSelectionExpression,
  defaultRuntime,
  defaultStage,
  maximumFunctionTimeoutMs,
} from "./defaults.ts";
export { toAwsAuthorizerEvent, type AwsAuthorizerEvent } from "./aws-authorizer-event.ts";
export { hasErrors, type Diagnostic, type Place } from "./diagnostic.ts";
export {
  readProxyResponse,
  type AuthorizeEvent,
  type ConnectEvent,
  type ConnectionFacts,
  type DisconnectEvent,
  type HeaderPair,
  type HttpEvent,
  type InvocationEvent,
  type MessageEvent,
  type ProxyResponse,
} from "./gateway-event.ts";
export { apiId, httpFunctionName, resourceName, routeFunctionName } from "./names.ts";
export { normaliseModel } from "./normalise.ts";
export {
  comparePatterns,
  matchPath,
  parsePathPattern,
  pathShape,
  type PathPattern,
  type PathSegment,
} from "./path-pattern.ts";
export { readModel, type ModelReading } from "./schema.ts";
export {
  parseSelectionExpression,
  selectRouteKey,
  type ExpressionPart,
  type ExpressionVariable,
  type SelectionExpression,
  type VariablePath,
  type VariableSource,
} from "./selection-expression.ts";
export type {
  AttributePath,
  Change,
  Comparator,
  Condition,
  Operand,
  Page,
  QueryRequest,
  ScanRequest,
  SortCondition,
  UpdateAction,
  UpdateValue,
  Write,
  WriteResult,
} from "./table-request.ts";
export { findUnsupported, type TargetName } from "./target-support.ts";
export { validateModel, type Finding, type ValidationOptions } from "./validate.ts";
export type { TraceContext } from "./trace-context.ts";
