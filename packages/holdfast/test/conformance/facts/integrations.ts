import { absent, differs, same, unknown, type Section } from "./fact.ts";

export const integrations: Section = {
  title: "Integrations",
  facts: [
    same(
      "documented",
      "`AWS_PROXY`: a function gets the event, and its proxy response is the answer",
      "e2e/gateway/messages: a message > runs the function of its route with the facts of its connection",
    ),
    same(
      "documented",
      "`AWS` with a function: a template makes what it gets, and its result becomes the answer",
      "e2e/integrations/function: a function that is no proxy gets what the template makes, and its result becomes the answer",
    ),
    same(
      "documented",
      "A function may be invoked as an event, which is not waited for",
      "e2e/integrations/function: an invocation as an event is not waited for",
    ),
    differs(
      "documented",
      "`AWS` with any service's action",
      "actions of DynamoDB, SNS and Lambda, over the resources of the app; any other is an integration's failure, and the log names those there are",
      "e2e/integrations/services: a message becomes an item of a table with no function in between",
      "e2e/integrations/services: a form and the query's parameters make one request",
    ),
    same(
      "documented",
      "`HTTP_PROXY`: the message is forwarded, and the backend's body is the answer",
      "e2e/integrations/http: a proxy's backend gets the message with API Gateway's headers, and its body is the answer",
    ),
    same(
      "documented",
      "The connection's id is not among what a backend gets, unless it is mapped",
      "e2e/integrations/http: a proxy's backend gets the message with API Gateway's headers, and its body is the answer",
    ),
    same(
      "seen by users",
      "A backend gets `X-Amzn-Apigateway-Api-Id`, `X-Amzn-Trace-Id`, `User-Agent: AmazonAPIGateway_{apiId}`, JSON as type both ways, and the `X-Forwarded-*`",
      "e2e/integrations/http: a proxy's backend gets the message with API Gateway's headers, and its body is the answer",
    ),
    same(
      "documented",
      "`HTTP` with templates for request and answer",
      "e2e/integrations/http: templates make the request of one that is no proxy, and of its answer",
    ),
    same(
      "documented",
      "A backend's status decides the handshake when it is behind `$connect`",
      "e2e/integrations/http: the backend's status decides the handshake, and $disconnect reaches it too",
    ),
    same(
      "documented",
      "`MOCK` answers without a backend, by the `statusCode` that its template makes",
      "e2e/integrations/mock: a mock answers with no backend, and by its own status code",
      "e2e/integrations/mock: a mock refuses a handshake with its status code and template",
    ),
    unknown(
      "A mock without a status code, or without a response for it",
      "`Internal server error`, and the log explains it",
      "e2e/integrations/mock: a mock that %s is an internal error, which the log explains",
    ),
    unknown(
      "A backend's redirects",
      "they are answers, and are not followed",
      "e2e/integrations/http: redirects are answers, and are not followed",
    ),
    same(
      "documented",
      "An integration may take 50 ms to 29 s, 29 s unless said",
      "src/gateway/engine: time > ends a function's turn after 29 seconds, not before",
      "e2e/gateway/messages: a message > uses the route's own timeout when it is the shorter one",
      "e2e/integrations/http: a backend that takes longer than its time is given up",
    ),
    same(
      "service model",
      "What passes without a template: `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES`, or `NEVER`, which is 415",
      "e2e/integrations/http: a message with no template is turned away where none may pass",
    ),
    same(
      "documented",
      "`CONVERT_TO_BINARY` and `CONVERT_TO_TEXT` make bytes and text of each other",
      "e2e/integrations/http: bytes and text are made of each other where the mapping says so",
    ),
    same(
      "documented",
      "A template selection expression chooses among the templates; `\\$default` is usual",
      "e2e/integrations/mock: a mock answers with no backend, and by its own status code",
    ),
    same(
      "documented",
      "Parameters take their values from the body, the stage's variables, the context, or a text in quotes",
      "e2e/integrations/http: a mapping takes its values from the message, the stage and its own text",
      "src/gateway/integrations/parameter-mapping: %s",
    ),
    same(
      "documented",
      "Those of headers and query are there at `$connect` alone",
      "src/gateway/integrations/parameter-mapping: %s",
      "e2e/integrations/http: the backend's status decides the handshake, and $disconnect reaches it too",
    ),
    same(
      "documented",
      "They go to headers, query parameters and segments of the path",
      "src/gateway/integrations/parameter-mapping: parameters go where they say",
    ),
    same(
      "documented",
      "Templates have `$context`, `$input.body`, `$input.json`, `$input.path`, `$stageVariables` and `$util`",
      "src/model/templates/template: the variables of API Gateway > %s gives %s",
    ),
    same(
      "documented",
      "Templates are Velocity's: references, directives, expressions",
      "src/model/templates/template: directives > %s gives %s",
      "src/model/templates/template: expressions > %s is %s",
      "src/model/templates/template: text and references > %j gives %j",
    ),
    same(
      "documented",
      "A mapping template has at most 300 KB",
      "src/model/templates/template: a template longer than API Gateway's quota cannot be read",
      "src/model/validate-limits: API Gateway's quotas > hold for %s, to the last one",
    ),
    same(
      "documented",
      "Stage variables may stand in an integration's URI",
      "src/gateway/integrations/http-uri: %s becomes %s",
    ),
    absent(
      "documented",
      "Stage variables in a function's name or in a role",
      "functions are named by the app; there are no roles",
    ),
    absent(
      "service model",
      "A function's integration must have the method POST",
      "the method is not the app's to choose",
    ),
    absent(
      "service model",
      "Integrations run with a role, or with the caller's credentials",
      "what an integration may do follows from the app's grants, not from a role",
    ),
    absent(
      "documented",
      "Private integrations through a VPC link",
      "there is no VPC: a backend is reached by its URL",
    ),
  ],
};
