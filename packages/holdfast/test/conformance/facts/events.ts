import { absent, same, unknown, type Section } from "./fact.ts";

export const events: Section = {
  title: "Events",
  facts: [
    same(
      "captured",
      "`requestId` and `extendedRequestId` are equal in every event, and others in each",
      "conformance/events: all events of a connection > have one id in two fields, another one each time",
    ),
    same(
      "captured",
      "Ids of requests have 16 characters: 11 bytes in URL-safe base64",
      "conformance/events: all events of a connection > have one id in two fields, another one each time",
      "src/gateway/ids: message and request ids > have API Gateway's shapes, and a message's ends as its connection's",
    ),
    same(
      "captured",
      "Ids of connections and messages have 20: 13 bytes (older ones had 16)",
      "conformance/events: all events of a connection > have ids of 20 characters for connection and message",
      "src/gateway/ids: a connection id > is 13 bytes in 20 characters that tell their node",
    ),
    same(
      "captured",
      "A message's id ends as its connection's does",
      "conformance/events: a MESSAGE event > has ids of its own, and its message id ends as the connection's does",
    ),
    same(
      "captured",
      "`requestTime` is `25/Sep/2026:00:03:45 +0000`; `requestTimeEpoch` and `connectedAt` are milliseconds, and no request comes before the connection",
      "conformance/events: all events of a connection > have their time in words and in milliseconds, not before that of connecting",
      "src/model/aws-event: toAwsEvent > writes the time %d as %s",
    ),
    same(
      "captured",
      "`connectionId`, `apiId`, `domainName`, `stage`, `connectedAt` and `identity` are the same in all events of a connection",
      "conformance/events: all events of a connection > name the same connection, place, client and time of connecting",
    ),
    same(
      "captured",
      "CONNECT has these keys in this order: `headers`, `multiValueHeaders`, the query maps, `requestContext`, `isBase64Encoded`",
      "conformance/events: a CONNECT event > has API Gateway's keys in API Gateway's order",
      "src/model/aws-event: toAwsEvent > makes the captured CONNECT event, byte for byte",
    ),
    same(
      "captured",
      "Its `requestContext` has no `messageId`, and there is no body",
      "conformance/events: a CONNECT event > has API Gateway's keys in API Gateway's order",
    ),
    same(
      "captured",
      "Headers keep the client's spelling",
      "conformance/events: a CONNECT event > has the headers in the client's spelling, sorted whatever their case",
      "src/model/aws-event: toAwsEvent > keeps the client's spelling, and the last value of a repeated header",
    ),
    same(
      "captured",
      "Headers are sorted, whatever their case",
      "conformance/events: a CONNECT event > has the headers in the client's spelling, sorted whatever their case",
    ),
    same(
      "captured",
      "`Connection`, `Upgrade` and `Content-Length` are left out",
      "conformance/events: a CONNECT event > has the handshake's headers, but not Connection, Upgrade and Content-Length",
    ),
    same(
      "captured",
      "`Host`, `Sec-WebSocket-Key` and `Sec-WebSocket-Version` are there",
      "conformance/events: a CONNECT event > has the handshake's headers, but not Connection, Upgrade and Content-Length",
    ),
    same(
      "captured",
      "Of a repeated header `headers` has the last value and `multiValueHeaders` all",
      "conformance/events: a CONNECT event > has of a repeated header the last value, and all of them",
    ),
    same(
      "documented",
      "`Sec-WebSocket-Protocol` and `Sec-WebSocket-Extensions` are there when they were sent",
      "conformance/events: a CONNECT event > has the sub-protocols that the client offers",
      "conformance/events: a CONNECT event has the extensions that the client offers",
    ),
    same(
      "captured",
      "`X-Forwarded-For` ends with the client's address, `X-Forwarded-Port` and `X-Forwarded-Proto` say how it came",
      "conformance/events: a CONNECT event > says over which scheme and port the client came",
      "src/model/aws-event: toAwsEvent > says over which scheme and port the client came, whatever the client claims",
    ),
    same(
      "captured",
      "`X-Amzn-Trace-Id` is `Root=1-`, the request's seconds in hex, and 24 digits",
      "conformance/events: a CONNECT event > has a trace id that begins with the time of the request",
    ),
    same(
      "captured",
      "Without a query there are no query maps",
      "conformance/events: a CONNECT event > has no query maps without a query, no user agent without one, and no stage variables",
    ),
    same(
      "captured",
      "Parameters are sorted; of a repeated one the last value counts, and `multiValueQueryStringParameters` has all",
      "conformance/events: a CONNECT event > has the parameters sorted, and of a repeated one the last value and all of them",
    ),
    same(
      "captured",
      "`stageVariables` stands before `requestContext`, in all three events",
      "conformance/authorizer: stage variables stand before requestContext in every event",
      "src/model/aws-event: toAwsEvent > makes the captured CONNECT event with authorizer and stage variables, byte for byte",
    ),
    same(
      "captured",
      "It is absent when the stage has none",
      "conformance/events: a CONNECT event > has no query maps without a query, no user agent without one, and no stage variables",
    ),
    same(
      "seen by users",
      "`identity.userAgent` is absent when the client sent none",
      "conformance/events: a CONNECT event > has no query maps without a query, no user agent without one, and no stage variables",
    ),
    same(
      "captured",
      "`identity` has the user agent and the client's address, and nothing that is null (before 2021 it did)",
      "conformance/events: a CONNECT event > has API Gateway's keys in API Gateway's order",
    ),
    same(
      "documented",
      "With an API key `identity` has `apiKey` and `apiKeyId`",
      "e2e/gateway/access-keys: a key in the header lets in, and events name it",
    ),
    same(
      "captured",
      "MESSAGE has these keys in this order: `requestContext`, `body`, `isBase64Encoded`; neither headers nor query",
      "conformance/events: a MESSAGE event > has API Gateway's keys in API Gateway's order, and neither headers nor query",
      "src/model/aws-event: toAwsEvent > makes the captured MESSAGE event, byte for byte",
    ),
    same(
      "captured",
      "`body` is the message as it came, always text",
      "conformance/messages: routing > takes $default for what is not JSON, as it is",
      "conformance/events: a MESSAGE event > has API Gateway's keys in API Gateway's order, and neither headers nor query",
    ),
    same(
      "captured",
      "`messageId` is in MESSAGE alone, another one each time",
      "conformance/events: a MESSAGE event > has ids of its own, and its message id ends as the connection's does",
    ),
    same(
      "captured",
      "DISCONNECT has these keys in this order: `headers`, `multiValueHeaders`, `requestContext`, `isBase64Encoded`; neither body nor query",
      "conformance/events: a DISCONNECT event > has API Gateway's keys in API Gateway's order",
      "src/model/aws-event: toAwsEvent > makes the captured DISCONNECT event, byte for byte",
    ),
    same(
      "captured",
      "Its headers are exactly `Host`, `x-api-key`, `X-Forwarded-For` and `x-restapi`, all empty but `Host`",
      "conformance/events: a DISCONNECT event > has exactly four headers, all empty but Host",
    ),
    same(
      "captured",
      "`disconnectStatusCode` and `disconnectReason` are in DISCONNECT alone",
      "conformance/events: a DISCONNECT event > has API Gateway's keys in API Gateway's order",
    ),
    same(
      "captured",
      "`identity` of DISCONNECT is that of the connection, its user agent included",
      "conformance/events: all events of a connection > name the same connection, place, client and time of connecting",
    ),
    same(
      "captured",
      "`authorizer` stands behind `routeKey`, in DISCONNECT behind `disconnectStatusCode`",
      "conformance/authorizer: what an authorizer gives > stands behind routeKey, and in DISCONNECT behind disconnectStatusCode",
      "src/model/aws-event: toAwsEvent > makes the captured DISCONNECT event with authorizer and stage variables, byte for byte",
      "src/model/aws-event: toAwsEvent > puts stage variables and authorizer of a MESSAGE where those of a CONNECT are, without the latency",
    ),
    same(
      "captured",
      "All its values are texts, and `principalId` is among them; `integrationLatency` is a number, in CONNECT alone",
      "conformance/authorizer: what an authorizer gives > comes as texts with every event, its latency with CONNECT alone",
    ),
    unknown(
      "The order of the authorizer's values (the captured one looks like a hash table's)",
      "the order of a Java hash map, which the captured events have",
      "src/model/aws-event: toAwsEvent > makes the captured CONNECT event with authorizer and stage variables, byte for byte",
      "src/model/aws-event: toAwsEvent > holds every header and parameter that came, sorted, whatever it is called",
    ),
    same(
      "documented",
      "Functions are invoked synchronously, and what they return is the integration's answer",
      "e2e/gateway/messages: a message > runs the function of its route with the facts of its connection",
    ),
    absent(
      "seen by users",
      "Functions are invoked from `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{routeKey}`, and must allow that",
      "the functions of an app are the app's own: nothing has to allow them",
    ),
  ],
};
