import type { AwsRequestContext } from "./aws-event.ts";
import {
  allValues,
  arrival,
  connectHeaders,
  groupByName,
  groupHeaders,
  lastValues,
  requestFacts,
} from "./aws-event-parts.ts";
import type { AuthorizeEvent } from "./gateway-event.ts";

/** What API Gateway hands to a Lambda authorizer of a WebSocket API. */
export interface AwsAuthorizerEvent {
  readonly type: "REQUEST";
  /** What a policy must allow for the connection to come to be. */
  readonly methodArn: string;
  /** As in the CONNECT event, and `Connection`, `content-length` and `Upgrade`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Empty without a query; of a repeated name the last value. In the client's order. */
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  /** Empty when the stage has none. */
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestContext: AwsRequestContext & { readonly eventType: "CONNECT" };
}

/** The event as API Gateway gives it to an authorizer, with its keys in the same order (API Gateway, captured). */
export function toAwsAuthorizerEvent(event: AuthorizeEvent): AwsAuthorizerEvent {
  const headers = groupHeaders([
    ...connectHeaders(event),
    ["Connection", "upgrade"],
    ["content-length", "0"],
    ["Upgrade", "websocket"],
  ]);
  const parameters = groupByName(event.query);
  return {
    type: "REQUEST",
    methodArn: event.methodArn,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(parameters),
    multiValueQueryStringParameters: allValues(parameters),
    stageVariables: { ...event.connection.stageVariables },
    requestContext: {
      routeKey: event.routeKey,
      eventType: "CONNECT",
      ...arrival(event),
      ...requestFacts(event),
    },
  };
}
