import { absent, differs, same, unknown, type Section } from "./fact.ts";

export const routing: Section = {
  title: "Which route a message takes",
  facts: [
    same(
      "captured",
      "The value of the route selection expression is looked up among the route keys, letter by letter",
      "conformance/messages: routing > follows the selection expression to the route of that key",
    ),
    same(
      "captured",
      "A value without a route, and a missing one, take `$default`",
      "conformance/messages: routing > takes $default for what no key fits, and the event says $default",
    ),
    same(
      "captured",
      "What is not JSON takes `$default`",
      "conformance/messages: routing > takes $default for what is not JSON, as it is",
    ),
    same(
      "documented",
      "So it does with a static expression",
      "src/model/selection-expression: selectRouteKey > is undefined for what is not JSON: %j, even when the expression is static",
    ),
    same(
      "captured",
      "`routeKey` in the event is the route that is used: `$default` after a fallback, not the value that was looked up",
      "conformance/messages: routing > takes $default for what no key fits, and the event says $default",
    ),
    same(
      "captured",
      "A message may ask for `$default`",
      "conformance/messages: routing > takes $default for a message that asks for it",
    ),
    unknown(
      "A message that asks for `$connect` or `$disconnect`",
      "Forbidden, with and without `$default`",
      "conformance/messages: a message for $connect or $disconnect is Forbidden",
      "e2e/gateway/messages: a message > for $connect or $disconnect is Forbidden even where there is a $default",
    ),
    same(
      "documented",
      "Expressions read a path in the body: `$request.body.a.b`, `${request.body.a[0]}`",
      "src/model/selection-expression: parseSelectionExpression > reads a bare variable",
      "src/model/selection-expression: parseSelectionExpression > reads positions in lists and quoted names",
    ),
    same(
      "documented",
      "Expressions may have text around several variables",
      "src/model/selection-expression: parseSelectionExpression > reads text around several variables",
      "src/model/selection-expression: selectRouteKey > %s of %s is %s",
    ),
    same(
      "documented",
      "Expressions may be static, and `\\$default` is a dollar",
      "src/model/selection-expression: parseSelectionExpression > reads %s as the text %s",
    ),
    same(
      "documented",
      "What an expression yields is not read as an expression again",
      "src/model/selection-expression: selectRouteKey > %s of %s is %s",
    ),
    same(
      "documented",
      "A path that is not there is an empty text: `join-`",
      "src/model/selection-expression: selectRouteKey > is empty when the value is missing: %s",
    ),
    same(
      "documented",
      "A list is `[item1, item2]`",
      "src/model/selection-expression: selectRouteKey > takes the text of a value that is none: %s is %s",
    ),
    same(
      "second-hand",
      "Numbers and booleans count as their text",
      "src/model/selection-expression: selectRouteKey > takes the text of a value that is none: %s is %s",
    ),
    unknown(
      "null and objects",
      "an empty text",
      "src/model/selection-expression: selectRouteKey > is empty when the value is missing: %s",
    ),
    unknown(
      "JSON that is no object: a text, a number, a list",
      "an empty text, and so `$default`",
      "conformance/messages: JSON that is no object goes to $default",
      "src/model/selection-expression: selectRouteKey > is empty for JSON that is not an object: %s",
    ),
    unknown(
      "What is nearly JSON, such as a key without quotes (one published event went to its route)",
      "it is not JSON: `$default`",
      "src/model/selection-expression: selectRouteKey > is undefined for what is not JSON: %j, even when the expression is static",
    ),
    same(
      "service model",
      "The route selection expression of a WebSocket API must look at the body",
      "src/model/validate-websocket-api: expressions > cannot route by %j",
      "src/model/validate-websocket-api: expressions > can route by text around the body",
    ),
    same(
      "documented",
      "Keys of one's own do not begin with `$`",
      "src/model/validate-websocket-api: routes > must not have the key %j",
    ),
    same(
      "documented",
      "The expressions for API keys are `$request.header.x-api-key` and `$context.authorizer.usageIdentifierKey`, and no other",
      "src/model/validate-websocket-api: expressions > of API keys are one of two",
    ),
    same(
      "documented",
      "A route's model and an integration's template are chosen by expressions on the body, or statically",
      "src/model/validate-websocket-api: expressions > of request models and templates are read as well",
      "src/gateway/request-models/request-check: a message fits the model that its expression selects, or is told where it does not",
    ),
    same(
      "documented",
      "Integration responses are chosen by the error's message of a function, by the status code of an HTTP backend or mock; their keys are `$default` or `/regex/`",
      "e2e/integrations/function: an error is told apart by its message, and refuses a handshake",
      "e2e/integrations/mock: a mock answers with no backend, and by its own status code",
    ),
    same(
      "documented",
      "Response templates are chosen by body, status code and headers of the backend's answer",
      "src/model/selection-expression: parseSelectionExpression > reads %s, for the other selection expressions",
      "e2e/integrations/http: templates make the request of one that is no proxy, and of its answer",
    ),
    absent("documented", "A domain's mapping is chosen by `$request.basepath`", "there are no API mappings"),
  ],
};

export const frames: Section = {
  title: "What the gateway itself says to clients",
  facts: [
    same(
      "captured",
      '`{"message": "…", "connectionId":"…", "requestId":"…"}`: in this order, with one space behind the first colon and behind commas',
      "conformance/messages: routing > without a fitting route and $default is the Forbidden frame, byte for byte, and the connection stays",
    ),
    same(
      "captured",
      "The same text is the body of a refused handshake",
      "conformance/authorizer: an authorizer refuses > with 403 by a denial, in API Gateway's words, and $connect does not run",
    ),
    same(
      "seen by users",
      "Without a fitting route and `$default` the client gets `Forbidden`, and stays connected",
      "conformance/messages: routing > without a fitting route and $default is the Forbidden frame, byte for byte, and the connection stays",
      "e2e/gateway/messages: a message > without a route (%s) gets the Forbidden frame, byte for byte, and the log says what there is",
    ),
    same(
      "seen by users",
      "A function that throws, and one that cannot be invoked, is `Internal server error`, on one-way routes too; the connection stays",
      "conformance/messages: a function that throws is the Internal server error frame, and the connection stays",
      "e2e/gateway/messages: a message > whose function fails gets the Internal server error frame on one-way routes too, and the next one is served",
    ),
    same(
      "seen by users",
      "A broken integration is `Internal server error`",
      "e2e/integrations/http: a backend that cannot be reached is an integration's failure: the client hears so, the log says why",
    ),
    same(
      "seen by users",
      "An integration that takes longer than 29 seconds is `Endpoint request timed out`",
      "e2e/gateway/messages: a message > whose function takes too long gets the timed-out frame, and what the function returns later nothing",
      "src/gateway/engine: time > ends a function's turn after 29 seconds, not before",
    ),
    same(
      "documented",
      "A message that does not fit its model is `Bad request body`, and the integration does not run",
      "e2e/integrations/request-models: a message that does not fit its model never reaches the function",
      "e2e/schemas: a message that does not fit is answered as API Gateway does, and the log says where and why",
    ),
    unknown(
      "The third key of `Bad request body` (the guide prints `messageId`)",
      "`requestId`, as in all others",
      "e2e/gateway/causes: a client that hears > Bad request body: the log says what does not fit",
    ),
    unknown(
      "What a client hears of a throttled message",
      "`Too Many Requests`; the connection stays",
      "e2e/gateway/access-throttling: messages above their route's rate are answered with an error, and the connection stays",
    ),
    same(
      "second-hand",
      "`requestId` is that of the message, as in its event",
      "conformance/messages: a function that throws is the Internal server error frame, and the connection stays",
    ),
    unknown(
      "A function that returns nothing on a one-way route",
      "no frame",
      "e2e/gateway/messages: a route response > of a one-way route does not reach the client",
      "e2e/gateway/messages: a route response > that %s is no frame",
    ),
    differs(
      "seen by users",
      "Why a client was answered so is hard to find out",
      "the log says what went wrong, and what to do",
      "e2e/gateway/causes: a client that hears Forbidden > for %s: the log says why, and which routes there are",
    ),
  ],
};

export const answers: Section = {
  title: "Answers to messages",
  facts: [
    same(
      "captured",
      "What a function returns reaches the client only where the route has a route response",
      "e2e/gateway/messages: a route response > of a one-way route does not reach the client",
    ),
    same(
      "captured",
      "What is sent then is the `body`, byte for byte, and nothing else",
      "conformance/messages: a route response > is the body's text and nothing else",
    ),
    same(
      "captured",
      "A route response alone is enough; the route needs no selection expression for it",
      "e2e/gateway/messages: a route response > is %s",
    ),
    unknown(
      "A route with that expression and no route response",
      "the model has one switch for both, `responds`",
      "src/runtime/websocket-handlers: a message handler sees text, body, attributes and route, and its value is the response",
    ),
    same(
      "seen by users",
      "A `statusCode` of 400 or above makes no error frame",
      "e2e/gateway/messages: a route response > is %s",
    ),
    unknown(
      "The body of an answer with such a status",
      "it is sent",
      "e2e/gateway/messages: a route response > is %s",
    ),
    same(
      "captured",
      "`headers` and `statusCode` of an answer reach nobody",
      "e2e/gateway/messages: a route response > is %s",
    ),
    unknown(
      "A body with `isBase64Encoded`",
      "it is decoded, and sent as text",
      "e2e/gateway/messages: a route response > is %s",
    ),
    unknown(
      "An answer without a body",
      "no frame",
      "conformance/messages: a route response > of a function that returns no body is no frame",
    ),
    unknown("An empty body", "an empty text", "e2e/gateway/messages: a route response > is %s"),
    unknown(
      "An answer that is no proxy response",
      "`Internal server error`, and the log says what is wrong",
      "e2e/gateway/messages: a route response > that %s is the Internal server error frame, and the log says why",
    ),
    unknown(
      "An answer longer than a message may be",
      "`Internal server error`, and the log says so",
      "e2e/gateway/messages: a route response > that %s is the Internal server error frame, and the log says why",
    ),
    differs(
      "captured",
      "Long answers come in several frames, at changing places",
      "those of more than 8,192 bytes do, in even parts; shorter ones come in one frame",
      "conformance/messages: a route response > may be long: what comes in several frames is one message",
      "src/gateway/frame: a text frame > is cut into fragments when it is long, between bytes if need be",
    ),
    same(
      "documented",
      "An integration that is no proxy needs an integration response and a route response",
      "e2e/integrations/function: a function that is no proxy gets what the template makes, and its result becomes the answer",
    ),
    absent(
      "documented",
      "Keys and models of route responses",
      "the one key is `$default`, and models of responses are not supported by API Gateway either",
    ),
  ],
};
