import { absent, differs, same, unknown, type Section } from "./fact.ts";

export const opening: Section = {
  title: "Opening a connection",
  facts: [
    same(
      "documented",
      "The upgrade stays pending until the integration of `$connect` has answered; there is no connection before, and none after a failure",
      "conformance/handshake: within $connect there is no connection to post to",
      "e2e/gateway/handshake: inside $connect > the connection cannot be reached, and afterwards it can",
    ),
    same(
      "documented",
      "`$connect` and `$disconnect` are optional: without them clients are simply connected",
      "e2e/gateway/handshake: an accepted handshake > needs no $connect route",
    ),
    same(
      "captured",
      "The 101 has `date`, `connection`, `upgrade` and `sec-websocket-accept`, and nothing else: no id, no server's name",
      "conformance/handshake: an accepted handshake > is answered with date, connection, upgrade, sec-websocket-accept, and nothing else",
      "e2e/gateway/handshake: an accepted handshake > is answered with exactly the captured headers",
    ),
    same(
      "seen by users",
      "Any status of the function from 200 to 299 accepts",
      "conformance/handshake: an accepted handshake > follows any status of the function from 200 to 299",
    ),
    same(
      "captured",
      "A refused `$connect` is an HTTP answer before any upgrade, with the function's status; never an accepted connection that is closed",
      "conformance/handshake: a refused handshake > is an HTTP answer before any upgrade: the function's status and body",
    ),
    same(
      "captured",
      "Its body is the function's, verbatim",
      "e2e/gateway/handshake: a refused handshake > has the function's status %i and its body verbatim",
    ),
    same(
      "captured",
      "Its headers are `date`, `content-type: application/json; charset=UTF-8`, `content-length`, `connection` and `x-amz-apigw-id`; no `x-amzn-RequestId`, no `x-amzn-ErrorType`",
      "conformance/handshake: a refused handshake > has the headers of API Gateway and no others",
    ),
    same(
      "captured",
      "Its `x-amz-apigw-id` is the `requestId` of the event",
      "conformance/handshake: a refused handshake > names the request of its event in x-amz-apigw-id",
    ),
    differs(
      "captured",
      "Its `connection` is `keep-alive`",
      "it is `close`: the socket ends with the refusal, as it has left the HTTP parser",
      "conformance/handshake: a refused handshake > ends its connection",
    ),
    same(
      "seen by users",
      "A function that throws in `$connect` is 502",
      "conformance/handshake: a refused handshake > for a function that throws is 502 with the gateway's message",
    ),
    same(
      "second-hand",
      "The body of that is the gateway's `Internal server error` with both ids",
      "conformance/handshake: a refused handshake > for a function that throws is 502 with the gateway's message",
    ),
    unknown(
      "A function that is missing, or may not be invoked, in `$connect`",
      "500 with `Internal server error`, and the log names the function",
      "e2e/gateway/handshake: a refused handshake > for a function that does not exist is 500, and the log names the function",
    ),
    unknown(
      "An answer of `$connect` that is no proxy response: no object, no `statusCode`",
      "500 with `Internal server error`, never an accepted connection",
      "e2e/gateway/handshake: a refused handshake > for %s is %i in the gateway's words, and the log says why",
    ),
    unknown(
      "A `$connect` that takes longer than its integration may",
      "504 with `Endpoint request timed out`",
      "e2e/gateway/handshake: a refused handshake > for %s is %i in the gateway's words, and the log says why",
      "src/gateway/connect-verdict: judgeConnect tells a function that overran its own time (502) from one that kept the gateway waiting (504)",
    ),
    same(
      "seen by users",
      "A throttled handshake is 429",
      "e2e/gateway/access-throttling: handshakes above $connect's rate get a 429 before anybody is asked",
    ),
    unknown(
      "Other headers that a refusing function returns",
      "they do not reach the client",
      "e2e/gateway/handshake: a refused handshake > has the function's status %i and its body verbatim",
    ),
    unknown(
      "A refusing function's body with `isBase64Encoded`",
      "it is decoded",
      "e2e/gateway/handshake: a refused handshake > decodes a base64 body",
    ),
    same(
      "captured",
      "After a refused handshake `$disconnect` does not run",
      "conformance/handshake: a refused handshake > runs no $disconnect",
      "e2e/gateway/handshake: a refused handshake > never runs $disconnect",
    ),
    same(
      "documented",
      "Within `$connect` a post to the connection is 410 `GoneException`",
      "conformance/handshake: within $connect there is no connection to post to",
      "e2e/management/golden: a message > inside its own $connect finds nobody, and the log says why",
    ),
    same(
      "documented",
      "An API is at `/{stage}`, with or without a slash behind it",
      "conformance/handshake: an accepted handshake > may have a slash behind the stage",
      "e2e/gateway/places: a stage > answers at %s",
    ),
    same(
      "seen by users",
      "A path behind the stage is 403",
      "conformance/handshake: a path behind the stage is refused with 403",
      "e2e/gateway/places: a stage > does not answer at %s: the handshake is Forbidden",
    ),
    differs(
      "documented",
      "Paths are not an API's to choose",
      "an app may mount an API at a path of its own, which is an extension",
      "e2e/gateway/places: an API with a path of its own > answers exactly there, before stages, the most specific first, with its parameters",
    ),
    unknown(
      "A plain GET of an API's address (users saw 426 and 403)",
      "426; on the same port other paths serve HTTP",
      "conformance/handshake: a plain GET is 426",
      "e2e/gateway/places: a stage > answers a plain GET with 426, and leaves all else to HTTP",
    ),
    absent(
      "documented",
      "`/ping` and `/sping` are kept for health checks",
      "they are for AWS's own load balancers; here an app may use the paths",
    ),
    same(
      "documented",
      "The gateway chooses no sub-protocol by itself",
      "conformance/handshake: an accepted handshake > names no sub-protocol of its own accord",
    ),
    same(
      "documented",
      "The header `Sec-WebSocket-Protocol` that `$connect` returns is the sub-protocol",
      "conformance/handshake: an accepted handshake > names the sub-protocol that the function returned",
      "e2e/gateway/handshake: an accepted handshake > chooses a sub-protocol only when the function returned it",
    ),
    same(
      "documented",
      "The sub-protocols that a client offers stand in the headers of CONNECT",
      "conformance/events: a CONNECT event > has the sub-protocols that the client offers",
    ),
    differs(
      "seen by users",
      "`permessage-deflate` is accepted, at least in one form, with a fault",
      "it is declined, as a server always may",
      "conformance/handshake: permessage-deflate is declined",
    ),
    unknown(
      "Handshakes that are not what RFC 6455 asks for",
      "400, 405 and 426, as the RFCs have it",
      "e2e/gateway/handshake: an upgrade request that is no handshake > %s is refused",
      "e2e/gateway/handshake: an upgrade request that is no handshake > by POST is refused with 405",
    ),
    unknown(
      "Frames that a client sends before its handshake is answered",
      "they wait, bounded, and none is lost",
      "e2e/gateway/messages: a message > that came with the handshake is not lost",
      "e2e/gateway/robustness: a client that talks before its handshake is answered > is not read without end, and loses nothing",
    ),
  ],
};

export const closing: Section = {
  title: "The end of a connection",
  facts: [
    same(
      "documented",
      "`$disconnect` runs after the socket has closed, whichever side closed it",
      "e2e/gateway/closing: a close by the client > with %i is echoed with the same reason, and $disconnect tells both, once",
      "conformance/management: DELETE > is 204, closes with 1000 Connection Closed Normally, and runs $disconnect with both",
    ),
    differs(
      "documented",
      "`$disconnect` is best effort",
      "it runs exactly once for each connection that came to be, after an unclean stop at the next start",
      "e2e/gateway/stopping: records of open connections > that an unclean stop left get their $disconnect, once, and then go",
      "src/gateway/engine: the end of a connection > is told once, for the first cause, whatever the socket says after it",
    ),
    same(
      "documented",
      "What `$disconnect` returns is for nobody, and its failure harms nobody",
      "e2e/gateway/stopping: records of open connections > of ghosts go even when $disconnect fails, or does not exist",
    ),
    same(
      "captured",
      "A client's close is echoed with its code and reason",
      "conformance/messages: the client's close > is echoed with its code and reason, and both reach $disconnect",
    ),
    same(
      "captured",
      "`disconnectStatusCode` and `disconnectReason` are those that the client sent",
      "conformance/messages: the client's close > is echoed with its code and reason, and both reach $disconnect",
    ),
    unknown(
      "Codes above 3000 of the client's own",
      "they are echoed and told like 1000",
      "conformance/messages: the client's close > may have a code of its own",
    ),
    same(
      "seen by users",
      "A client's close without a code is 1005 `Client-side close frame status not set`",
      "conformance/messages: the client's close > without a code counts as 1005, in API Gateway's words",
    ),
    same(
      "seen by users",
      "A browser that leaves its page is 1001 with an empty reason",
      "conformance/messages: the client's close > as a browser sends it when its page goes has 1001 and no reason",
    ),
    same(
      "seen by users",
      "Ten idle minutes end with 1001 `Going away`, for the client and for `$disconnect`",
      "e2e/gateway/limits: time, on a clock that is moved > ends a quiet connection after ten minutes with 1001 Going away",
      "src/gateway/engine: time > ends a connection that was idle for ten minutes with 1001 Going away, and $disconnect says so",
    ),
    same(
      "captured",
      "`DELETE @connections` closes with 1000 `Connection Closed Normally`, and `$disconnect` runs with both",
      "conformance/management: DELETE > is 204, closes with 1000 Connection Closed Normally, and runs $disconnect with both",
    ),
    same(
      "captured",
      "A binary frame closes the connection with 1003 `Binary is not supported`",
      "conformance/messages: limits > a binary frame closes the connection with 1003",
    ),
    unknown(
      "What `$disconnect` is told of that",
      "the code and reason that the client saw",
      "conformance/messages: limits > $disconnect is told the code and reason of that",
    ),
    unknown(
      "The reason of a close with 1009, and what `$disconnect` is told",
      "`Message too big`; the code and reason that the client saw",
      "e2e/gateway/closing: what API Gateway does not take > %s closes the connection, and $disconnect says so",
    ),
    unknown(
      "What `$disconnect` is told when the network is lost, and when",
      "1006 with an empty reason, as soon as the socket has ended",
      "conformance/messages: a client that drops its connection counts as 1006",
      "e2e/gateway/closing: a close by the client > that drops the socket (%s) counts as 1006",
    ),
    unknown(
      "The code at the end of two hours",
      "1001 `Going away`",
      "e2e/gateway/limits: time, on a clock that is moved > ends a connection that is never quiet after two hours",
    ),
    unknown(
      "A client that leaves while `$connect` runs",
      "`$disconnect` runs with 1006 when it was accepted, and does not when it was refused",
      "e2e/gateway/closing: a client that leaves while $connect runs > (%s) gets $disconnect with 1006, once, when it was accepted",
      "e2e/gateway/closing: a client that leaves while $connect runs > gets none when it was refused",
    ),
    unknown(
      "Text that is not UTF-8 (1007) and breaches of the protocol (1002)",
      "the codes of RFC 6455, with reasons of Holdfast's own",
      "e2e/gateway/closing: what API Gateway does not take > %s closes the connection, and $disconnect says so",
      "e2e/protocol/protocol: as on API Gateway > %s",
    ),
    unknown(
      "A client that does not answer the gateway's close",
      "its socket is ended after a while",
      "e2e/gateway/closing: a close by the gateway > that the client does not answer ends the socket in bounded time",
    ),
    unknown(
      "A client that does not read what is sent to it",
      "it is dropped at a bound, with 1006",
      "e2e/gateway/robustness: a client that does not read > is dropped at its bound, with 1006, while its neighbours are served and memory stays bounded",
    ),
    unknown(
      "A code chosen by the app that closes",
      "API Gateway's operation has none; in Holdfast a handler may choose one, which is an extension",
      "e2e/gateway/closing: a close by the gateway > has API Gateway's code and reason unless others are chosen",
    ),
  ],
};

export const order: Section = {
  title: "Order",
  facts: [
    same(
      "documented",
      "Answers to messages come in any order",
      "e2e/gateway/messages: messages of one connection > run concurrently",
    ),
    unknown(
      "Whether messages of one connection are handled at the same time",
      "they are, so that nobody relies on turns",
      "conformance/messages: messages of one connection do not wait for one another",
      "e2e/gateway/messages: messages of one connection > run concurrently",
    ),
    differs(
      "documented",
      "There is no other way",
      "a route may be `ordered`, which is an extension",
      "e2e/gateway/messages: messages of one connection > on ordered routes run one after another, while others overtake them",
    ),
    unknown(
      "How many messages of one connection run at a time",
      "a bounded number; more wait in the socket, and all are served",
      "e2e/gateway/messages: messages of one connection > above the connection's bound wait in the socket, and all are served in the end",
      "e2e/gateway/messages: messages of one connection > above the gateway's bound wait, and every connection gets its turn",
    ),
    unknown(
      "Whether `$disconnect` waits for handlers that run",
      "it comes after the messages that came before the close, and waits for stuck ones only so long",
      "e2e/gateway/closing: a close by the client > right behind messages: all of them arrive, and $disconnect comes after them",
      "e2e/gateway/closing: a close by the client > while messages wait for stuck functions: $disconnect does not wait for ever",
    ),
    unknown(
      "The order of posts to one connection",
      "the order in which they came, and a close behind them all",
      "e2e/gateway/sending: sending to a connection > keeps the order of the calls, and many in one turn leave together",
      "e2e/gateway/closing: a close by the gateway > leaves after everything that was sent before it",
    ),
  ],
};
