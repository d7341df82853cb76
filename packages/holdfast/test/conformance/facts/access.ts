import { absent, differs, same, unknown, type Section } from "./fact.ts";

const words = "src/gateway/access/authorizer-result";

export const authorizers: Section = {
  title: "Lambda authorizers",
  facts: [
    same(
      "documented",
      "An authorizer guards `$connect`, and no other route",
      "src/model/validate-access: routes > have %s at $connect only",
    ),
    same(
      "captured",
      "Its event has these keys in this order: `type`, `methodArn`, the headers, the query, `stageVariables`, `requestContext`",
      "conformance/authorizer: an authorizer's event > has API Gateway's keys in API Gateway's order",
      "src/model/aws-authorizer-event: makes the captured event of an authorizer, byte for byte",
    ),
    same(
      "captured",
      "`methodArn` is `arn:aws:execute-api:{region}:{account}:{api}/{stage}/$connect`",
      "conformance/authorizer: an authorizer's event > has API Gateway's keys in API Gateway's order",
    ),
    same(
      "captured",
      "Its headers include `Connection: upgrade`, `content-length: 0` and `Upgrade: websocket`, which CONNECT lacks",
      "conformance/authorizer: an authorizer's event > has Connection, content-length and Upgrade among its headers",
    ),
    same(
      "documented",
      "Its maps are there when they are empty",
      "src/model/aws-authorizer-event: has every map, also when it is empty",
    ),
    same(
      "captured",
      "Its parameters are in the client's order",
      "conformance/authorizer: an authorizer's event > has the parameters in the client's order, which CONNECT has sorted",
    ),
    same(
      "captured",
      "It shares `requestId` and `connectionId` with the CONNECT event that follows",
      "conformance/authorizer: an authorizer's event > shares the ids of its request and connection with CONNECT",
    ),
    same(
      "service model",
      "Identity sources are `route.request.header.X`, `route.request.querystring.X`, `stageVariables.X` and `context.X`; the form `$request.header.X` is none",
      "src/model/identity-source: reads %s",
      "src/model/identity-source: refuses %j",
    ),
    same(
      "captured",
      "All identity sources must be there and not empty, else 401 without a call of the authorizer",
      "conformance/authorizer: an authorizer refuses > with 401 who does not send all that it asks for, and is not asked",
      "e2e/gateway/access-authorizer: identity sources > %s: 401, and nobody is asked",
    ),
    same(
      "captured",
      "Headers are found whatever their case, and arrive in the client's",
      "conformance/authorizer: identity sources > are found whatever the header's case, which the events keep",
    ),
    same(
      "captured",
      "A parameter may be repeated, though its first value is empty",
      "conformance/authorizer: identity sources > are found in a repeated parameter, though its first value is empty",
    ),
    same(
      "captured",
      "Two `Authorization` headers are 400 in HTML, without `x-amz-apigw-id`",
      "conformance/authorizer: an authorizer refuses > with 400 in HTML two Authorization headers",
      "e2e/gateway/access-authorizer: two Authorization headers get a 400 in HTML, without the gateway's id",
    ),
    same(
      "second-hand",
      "`context.connectionId`, `connectedAt` and `requestTimeEpoch` are there as sources; `context.eventType` never is",
      "e2e/gateway/access-authorizer: identity sources > context.eventType is never there",
      "src/gateway/access/identity: %s: %s",
    ),
    absent(
      "second-hand",
      "An `IdentityValidationExpression` is kept, and not applied",
      "there is none to keep",
    ),
    same(
      "captured",
      "Nothing is cached: every handshake asks",
      "conformance/authorizer: an authorizer is asked again for each connection",
      "e2e/gateway/access-authorizer: an authorizer's answer > is asked for at each handshake",
    ),
    same(
      "captured",
      "A policy that allows the `$connect` ARN goes on to `$connect`",
      "conformance/authorizer: what an authorizer gives > comes as texts with every event, its latency with CONNECT alone",
      `${words}: the policy > %s`,
    ),
    same(
      "captured",
      "Deny is 403: `User is not authorized to access this resource with an explicit deny in an identity-based policy`",
      "conformance/authorizer: an authorizer refuses > with 403 by a denial, in API Gateway's words, and $connect does not run",
    ),
    same(
      "captured",
      "A policy for something else is 403: `… because no identity-based policy allows the execute-api:Invoke action`",
      "e2e/gateway/access-authorizer: an authorizer's answer > refuses by %s",
      `${words}: the policy > %s`,
    ),
    same(
      "captured",
      "The error `Unauthorized` is 401 `Unauthorized`",
      "conformance/authorizer: an authorizer refuses > with 401 by the error Unauthorized",
    ),
    same(
      "second-hand",
      "Any other error is 500 `Internal server error`",
      "conformance/authorizer: an authorizer refuses > with 500 by any other error",
    ),
    same(
      "second-hand",
      "So is an authorizer that cannot be called",
      "e2e/gateway/access-authorizer: an authorizer's answer > refuses by a function that is not there",
    ),
    same(
      "captured",
      "No policy, one that is no object, or one with another effect is 500 with an empty message",
      "e2e/gateway/access-authorizer: an authorizer's answer > refuses by %s",
      `${words}: the policy > is malformed: %s`,
    ),
    same(
      "captured",
      "So is the simple form `{isAuthorized: true}`",
      `${words}: the rest > is malformed: %s`,
      "e2e/gateway/access-authorizer: an authorizer's answer > refuses by %s",
    ),
    same(
      "captured",
      "So is a context that is no map, an object or a list in it, and a `principalId` that is an object",
      `${words}: the rest > is malformed: %s`,
    ),
    same(
      "captured",
      'A `principalId` may be missing, null, empty or a number: absent, absent, empty, `"7"`',
      `${words}: the rest > takes the principal %j`,
    ),
    same(
      "captured",
      "Numbers and booleans become texts, empty texts stay, null is dropped",
      "conformance/authorizer: what an authorizer gives > comes as texts with every event, its latency with CONNECT alone",
      `${words}: the rest > makes texts of numbers and booleans, keeps empty texts and drops null`,
    ),
    same(
      "captured",
      "Refusals have `content-type: application/json; charset=UTF-8`, the request's id as `x-amz-apigw-id`, and no `x-amzn-ErrorType`",
      "conformance/authorizer: an authorizer refuses > with 403 by a denial, in API Gateway's words, and $connect does not run",
    ),
    same(
      "captured",
      "After a refusal neither `$connect` nor `$disconnect` runs",
      "conformance/authorizer: an authorizer refuses > with 403 by a denial, in API Gateway's words, and $connect does not run",
    ),
    same(
      "captured",
      "What was given stays for the life of the connection; the authorizer is not asked again, though it may be gone",
      "e2e/gateway/access-authorizer: an authorizer's answer > comes with all events of the connection, and its latency with the first",
      "e2e/gateway/access-authorizer: a deployment may bring an authorizer, and an unusable one is refused before it takes over",
    ),
    same("documented", "A result has at most 8 KB", `${words}: the rest > is malformed: %s`),
    same(
      "documented",
      "An API has at most 10 authorizers",
      "src/model/validate-limits: API Gateway's quotas > hold for %s, to the last one",
    ),
    unknown(
      "A context that brings a `principalId` of its own",
      "the result's own wins",
      `${words}: the rest > does not let the context take the principal's place`,
    ),
  ],
};

export const permissions: Section = {
  title: "Signatures and permissions",
  facts: [
    same(
      "documented",
      "IAM on `$connect`: a Signature Version 4 in the headers or the URL, for `execute-api`",
      "e2e/gateway/access-iam: a signature in the %s is taken, and a false one is not",
      "src/gateway/sigv4/verify-signature: a signature that an SDK made > of any request is verified, with its parts",
    ),
    differs(
      "documented",
      "Whoever connects must have credentials of an account",
      "any well-formed signature is taken unless credentials are configured",
      "e2e/gateway/access-iam: without configured credentials any well-formed signature is taken, and none is refused",
    ),
    same(
      "documented",
      "The caller needs `execute-api:Invoke` on `…{api}/{stage}/$connect`",
      "e2e/gateway/access-iam: a caller's policy decides about execute-api:Invoke on $connect",
      "src/model/iam/policy: the permission to call the management API > is another than that to invoke",
    ),
    same(
      "seen by users",
      "IAM on other routes is not enforced",
      "src/model/validate-access: routes > have %s at $connect only",
    ),
    same(
      "captured",
      "`@connections` needs `execute-api:ManageConnections`",
      "e2e/management/access: with credentials configured > a policy says what they may do",
    ),
    same(
      "captured",
      "The resource is `…{api}/{stage}/{POST|GET|DELETE}/@connections/{connectionId}` with the braces as they stand: `{api}/*` and `…/GET/@connections/*` allow",
      "src/model/iam/policy: the permission to call the management API > on %s, for %s: %s",
    ),
    same(
      "captured",
      "`…/POST/@connections`, the form that AWS documents, does not allow",
      "src/model/iam/policy: the permission to call the management API > on %s, for %s: %s",
    ),
    same(
      "captured",
      "Nor does a policy that names one connection",
      "src/model/iam/policy: the permission to call the management API > on %s, for %s: %s",
    ),
    same(
      "captured",
      "Nor one for another verb, stage or API, or for `execute-api:Invoke` alone",
      "src/model/iam/policy: the permission to call the management API > on %s, for %s: %s",
      "src/model/iam/policy: the permission to call the management API > is another than that to invoke",
    ),
    same(
      "captured",
      "A denial wins over whatever allows",
      "e2e/management/access: with credentials configured > a denial wins, and says so",
      "src/model/iam/policy: a policy > denies what no statement allows, and what any denies, wherever it stands",
    ),
    same(
      "captured",
      "Who is not permitted gets 403 `AccessDeniedException` with `Message` in a capital, and the account masked to four digits",
      "e2e/management/access: with credentials configured > a policy says what they may do",
    ),
    differs(
      "captured",
      "The text ends with `session policy` (captured with one)",
      "`identity-based policy`: credentials here have policies of their own",
      "e2e/management/access: with credentials configured > a policy says what they may do",
      "e2e/management/access: with credentials configured > a denial wins, and says so",
    ),
    same(
      "captured",
      "A call that is not signed is 403 `MissingAuthenticationTokenException`, `Missing Authentication Token`",
      "conformance/management: a call that cannot be > without a signature is 403 MissingAuthenticationTokenException",
    ),
    same(
      "seen by users",
      "A signature of another time, region, service or secret is 403 `InvalidSignatureException`, and says why",
      "e2e/management/access: with credentials configured > a signature of another time is expired, or not yet current",
      "e2e/management/access: with credentials configured > region and service must be the API's",
      "e2e/management/access: with credentials configured > another secret's is not; the answer shows what was to be signed",
    ),
    same(
      "documented",
      "A key that nobody has is 403 `UnrecognizedClientException`",
      "e2e/management/access: with credentials configured > another key is not known",
    ),
    unknown(
      "A connection that is gone, for a caller without permission",
      "403: only those who may know are told",
      "e2e/management/access: with credentials configured > a connection that is gone is told only to those who may know",
    ),
  ],
};

export const keys: Section = {
  title: "API keys, throttling, request models",
  facts: [
    same(
      "documented",
      "Where `$connect` asks for a key, it is looked for in the header `x-api-key`",
      "e2e/gateway/access-keys: a key in the header lets in, and events name it",
    ),
    same(
      "documented",
      "Or in what the authorizer returns as `usageIdentifierKey`",
      "e2e/gateway/access-keys: a key may come from the authorizer",
    ),
    unknown(
      "The text for a missing or wrong key",
      "403 `Forbidden`",
      "e2e/gateway/access-keys: 403 Forbidden > %s",
    ),
    same(
      "documented",
      "A usage plan names the APIs that its keys open, and throttles each key",
      "e2e/gateway/access-keys: 403 Forbidden > with one whose plan has another API",
      "src/gateway/access/api-keys: a plan throttles each key by itself, and what is throttled is not counted",
    ),
    same(
      "documented",
      "A plan's quota begins anew with its day, week or month",
      "src/gateway/access/api-keys: weeks begin on Monday and months on the first, at midnight UTC",
      "e2e/gateway/access-keys: 429 > above the plan's quota, until the next day",
    ),
    same(
      "documented",
      "Stages and routes have a rate and a burst, counted by a token bucket",
      "src/gateway/access/throttles: each route has the API's settings unless it has its own, and $disconnect none",
      "src/gateway/access/token-bucket: lets a burst through at once, and then so many a second",
    ),
    unknown(
      "Whether `$disconnect` is throttled",
      "it never is",
      "e2e/gateway/access-throttling: $disconnect runs whatever the API's rate",
    ),
    absent(
      "documented",
      "An account has 10,000 requests a second, and 5,000 at once",
      "there is no account; an app sets its own rates",
    ),
    same(
      "documented",
      "Request models are JSON Schema of draft 4",
      "src/gateway/request-models/request-check: a schema may come as text, and refer to the API's other models",
      "src/gateway/request-models/request-check: a schema that is %s is refused when it is deployed",
    ),
    same(
      "documented",
      "They count where the route has a model selection expression, for proxies too",
      "e2e/integrations/request-models: a message that does not fit its model never reaches the function",
      "src/gateway/request-models/request-check: nothing is looked at without an expression, nor what the function looks at itself",
    ),
    same(
      "documented",
      "What selects no model is measured by `$default`, and turned away without one",
      "src/gateway/request-models/request-check: what selects no model is measured by $default, and turned away without one",
    ),
    unknown(
      "A message that is not JSON, where there is a model",
      "it fits no model",
      "src/gateway/request-models/request-check: what is not JSON fits no model",
    ),
  ],
};
