import { absent, differs, same, unknown, type Section } from "./fact.ts";

export const management: Section = {
  title: "@connections",
  facts: [
    same(
      "documented",
      "It is at `/{stage}/@connections/{connectionId}` of the API's own address",
      "conformance/management: POST > is 200 with nothing in it, and its ids",
      "e2e/management/golden: an id > is found on the API's name on AWS too",
    ),
    same(
      "service model",
      "`=` may be `%3D` and `@` may be `%40`, as SDKs send them or not",
      "e2e/management/golden: an id > may be escaped or not, and so may the @",
    ),
    same(
      "captured",
      "POST is 200 with `Content-Type: application/json` and no body",
      "conformance/management: POST > is 200 with nothing in it, and its ids",
      "e2e/management/golden: an answer, byte for byte as captured, > to a POST",
    ),
    same(
      "service model",
      "The body is taken as it is, whatever its type",
      "e2e/management/sdks: $name > sends text, bytes and nothing",
    ),
    same(
      "captured",
      "GET is 200 with JSON in lines, a space on both sides of each colon",
      "conformance/management: GET > is JSON laid out as API Gateway does",
      "e2e/management/golden: an answer, byte for byte as captured, > to a GET",
    ),
    same(
      "captured",
      "It has `identity` with `sourceIp` and `userAgent`, `connectedAt` and `lastActiveAt` as texts",
      "conformance/management: GET > is JSON laid out as API Gateway does",
    ),
    unknown(
      "A client without a user agent in GET",
      "there is no such line",
      "e2e/management/golden: an answer, byte for byte as captured, > to a GET of a client without a user agent",
    ),
    same(
      "captured",
      "`lastActiveAt` moves with a client's message and with a POST",
      "conformance/management: GET > tells of activity: a message and a POST count, a GET does not",
    ),
    same(
      "captured",
      "It does not move with a GET, nor with a POST that is refused",
      "conformance/management: GET > tells of activity: a message and a POST count, a GET does not",
      "e2e/management/golden: a message > counts as activity, but no GET does, and nothing that was refused",
    ),
    same(
      "captured",
      "DELETE is 204 without `Content-Length`",
      "conformance/management: DELETE > is 204, closes with 1000 Connection Closed Normally, and runs $disconnect with both",
      "e2e/management/golden: an answer, byte for byte as captured, > to a DELETE, which closes with 1000 and runs $disconnect",
    ),
    absent(
      "seen by users",
      "Older answers to GET and DELETE were 200 with `nSent`",
      "the newer ones are made",
    ),
    same(
      "captured",
      "Answers have a UUID as `x-amzn-RequestId` and a short id as `x-amz-apigw-id`",
      "conformance/management: POST > is 200 with nothing in it, and its ids",
    ),
    same(
      "captured",
      "They have `X-Amzn-Trace-Id`, but not those with 400 and 403",
      "conformance/management: POST > is 200 with nothing in it, and its ids",
      "conformance/management: a call that cannot be > for an id that is none is 400 BadRequestException",
    ),
    same(
      "captured",
      "What is posted arrives as text; bytes that are none become U+FFFD",
      "conformance/management: POST > of bytes arrives as text, with U+FFFD for what is none",
      "e2e/management/golden: a message > is always text: bytes that are none become U+FFFD",
    ),
    same(
      "captured",
      "An empty POST is an empty text",
      "conformance/management: POST > of nothing arrives as an empty text",
    ),
    same(
      "captured",
      "131,072 bytes may be posted; the 32 KB of a frame do not count here, though AWS's page of quotas says so",
      "conformance/management: POST > of more than a frame's 32,768 bytes arrives, up to 131,072",
    ),
    differs(
      "captured",
      "What is long arrives in several frames",
      "in even parts of at most 8,192 bytes",
      "src/gateway/frame: a text frame > is cut into fragments when it is long, between bytes if need be",
    ),
    same(
      "captured",
      "131,073 bytes are a bare 413: no body, no error's name, no ids; the connection stays",
      "conformance/management: POST > of 131,073 bytes is a bare 413, and the connection stays",
      "e2e/management/golden: an answer, byte for byte as captured, > to a body of 131,073 bytes, %s",
    ),
    unknown(
      "Bytes that grow past the limit as they become text",
      "413",
      "e2e/management/golden: a message > that grows past the limit, as its bytes are no text, is too large",
    ),
    same(
      "captured",
      "A connection that is gone is 410 `GoneException` with `Content-Length: 0`, for POST, GET and DELETE",
      "conformance/management: a call that cannot be > for a connection that is gone is 410 GoneException with nothing in it",
      "e2e/management/golden: an answer, byte for byte as captured, > to a %s of a connection that is gone",
    ),
    same(
      "captured",
      "An id that is none is 400 `BadRequestException`: `Invalid connectionId: …`",
      "conformance/management: a call that cannot be > for an id that is none is 400 BadRequestException",
      "e2e/management/golden: an answer, byte for byte as captured, > to a %s of an id that is none",
    ),
    same(
      "captured",
      "An id with another first character is such a one, and not gone",
      "conformance/management: a call that cannot be > for a connection's id with another first character is 400",
    ),
    same(
      "captured",
      "That is told before the permission is looked at",
      "e2e/management/access: with credentials configured > an id that is none is told before the permission is looked at",
    ),
    same(
      "captured",
      "A stage that does not exist is 403 `ForbiddenException`: `Forbidden`",
      "conformance/management: a call that cannot be > at a stage that does not exist is 403 ForbiddenException",
    ),
    same(
      "captured",
      "Any stage that exists reaches the connections of all stages of the API",
      "e2e/management/golden: an id > may be escaped or not, and so may the @",
    ),
    same(
      "service model",
      "Too many requests are 429 `LimitExceededException`",
      "e2e/management/golden: a request > beyond what may be read at a time is refused with 429",
    ),
    same(
      "service model",
      "SDKs make their exception of `x-amzn-ErrorType`, and of the status alone an unknown one: 413 is such",
      "conformance/management: AWS's SDK posts, describes and closes, and throws its GoneException afterwards",
      "e2e/management/sdks: $name > is told of an id that is none, of a wrong stage, and of too large a message",
    ),
    same(
      "service model",
      "`AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI` leads SDK v3 there (and boto3, but not v2)",
      "conformance/management: AWS's SDK is led there by AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI",
    ),
    differs(
      "seen by users",
      "An endpoint without its stage is an error that says little",
      "it is `Forbidden` too, and the log says what the endpoint lacks",
      "e2e/management/golden: a request > without a stage is Forbidden, and the log says what the endpoint lacks",
    ),
    unknown(
      "Methods and paths that are no operation",
      "403 `Missing Authentication Token`, as API Gateway answers for other APIs",
      "e2e/management/golden: a request > %s %s is no operation: Missing Authentication Token",
    ),
  ],
};

export const limits: Section = {
  title: "Limits",
  facts: [
    same(
      "captured",
      "A message has at most 131,072 bytes",
      "conformance/messages: limits > a message of 131,072 bytes in frames of 32,768 is taken",
      "e2e/gateway/sending: sending to a connection > takes 131072 bytes and refuses one more, and the connection survives",
    ),
    same(
      "documented",
      "A client's longer one closes the connection with 1009",
      "conformance/messages: limits > a message of one byte more closes the connection with 1009",
    ),
    same(
      "documented",
      "A client's frame has at most 32 KB; a longer one closes with 1009",
      "conformance/messages: limits > a frame of 32,769 bytes closes the connection with 1009",
      "src/gateway/frame-length-guard: the limit on a frame's length > lets a frame of %i bytes pass, and the next",
    ),
    same(
      "documented",
      "A connection may be idle for ten minutes",
      "src/gateway/engine: time > ends a connection that was idle for ten minutes with 1001 Going away, and $disconnect says so",
    ),
    same(
      "documented",
      "A connection may last two hours",
      "e2e/gateway/limits: time, on a clock that is moved > ends a connection that is never quiet after two hours",
    ),
    differs(
      "documented",
      "These are fixed",
      "an app may have limits of its own, and AWS's are the defaults",
      "e2e/gateway/limits: time, on a clock that is moved > ends it when the app says so by %s",
      "e2e/gateway/limits: a message > may be longer or must be shorter where the app says so",
    ),
    same("captured", "Messages and posts count as activity", "src/gateway/engine: time > counts from %s"),
    unknown(
      "Whether a client's ping counts as activity",
      "it does",
      "src/gateway/engine: time > counts from %s",
    ),
    same(
      "documented",
      "Pings are answered by the gateway, and reach no function",
      "conformance/messages: a ping > is answered by the gateway, and reaches no function",
      "e2e/gateway/messages: a message > may come in fragments with a ping between them",
    ),
    unknown(
      "Whether the gateway sends pings of its own (none were seen within seconds)",
      "it sends none",
      "conformance/messages: a ping > is never sent by the gateway itself",
    ),
    absent(
      "documented",
      "500 new connections a second, for an account and region",
      "there is no account; `$connect` may be throttled",
    ),
    differs(
      "documented",
      "Connections are not limited as such",
      "nor here; handshakes that wait for `$connect` at one time are, with 503",
      "e2e/gateway/handshake: the bound on pending handshakes > refuses the next one with 503, and takes it when one is done",
    ),
    same(
      "documented",
      "An API has at most 300 routes",
      "src/model/validate-limits: API Gateway's quotas > hold for %s, to the last one",
    ),
    absent(
      "documented",
      "An API has at most 300 integrations and 10 stages",
      "a route has its own integration, and an app runs in one stage at a time",
    ),
    same(
      "documented",
      "An access log's format has at most 3 KB",
      "src/model/validate-limits: API Gateway's quotas > hold for %s, to the last one",
    ),
    same(
      "documented",
      "A URL has at most 4,096 bytes",
      "e2e/gateway/limits: a URL > of 4096 bytes is taken, and one more is 414, without $connect",
    ),
    unknown(
      "What a longer URL is answered",
      "414, and nothing runs",
      "e2e/gateway/limits: a URL > of 4096 bytes is taken, and one more is 414, without $connect",
    ),
    differs(
      "captured",
      "Binary frames are refused, always",
      "so they are, unless the app allows them, which is an extension",
      "conformance/messages: limits > a binary frame closes the connection with 1003",
      "e2e/gateway/limits: binary messages > reach the handler of $default as base64, even where they hold what text would be routed by",
    ),
    same(
      "documented",
      "What RFC 6455 asks of a server beyond these limits is done",
      "e2e/protocol/protocol: as on API Gateway > %s",
      "e2e/protocol/protocol: with limits lifted and binary messages allowed > %s",
    ),
  ],
};
