import { absent, differs, same, unknown, type Section } from "./fact.ts";

export const stages: Section = {
  title: "Stages, deployments and names",
  facts: [
    same(
      "captured",
      "A deployment counts for connections that are already open",
      "e2e/gateway/sending: a deployment > reaches connections that are open",
      "e2e/reload: a socket that was open when a route was added can use it, and one that was taken away is Forbidden",
    ),
    same(
      "captured",
      "Changes that are not deployed are seen by nobody",
      "e2e/gateway/sending: a deployment > that cannot be served is refused, and the old one goes on",
      "e2e/reload: a build error is shown with file, line and excerpt while the old code serves, and mending it reloads",
    ),
    differs(
      "captured",
      "A stage points to a deployment, which is made by hand or by `AutoDeploy`",
      "saving a file deploys, if the app can be built",
      "e2e/reload: after a save the next message runs the new code, on the socket that was open",
    ),
    same(
      "captured",
      "Open connections see the stage variables of the live deployment",
      "e2e/gateway/sending: a deployment > changes the stage variables of connections that are open",
    ),
    differs(
      "captured",
      "A deployment spreads in 8 seconds to a minute, and flaps meanwhile",
      "it counts at once, for all",
      "e2e/gateway/sending: a deployment > reaches connections that are open",
    ),
    same(
      "documented",
      "A stage's name has letters, digits, `-` and `_`, at most 128, and is not `$default`",
      "src/model/validate-names: names > refuses the stage %j",
    ),
    absent(
      "documented",
      "An API with several stages at a time",
      "an app runs in one stage; start it again for another",
    ),
    differs(
      "documented",
      "An API answers at `{api}.execute-api.{region}.amazonaws.com`",
      "so it does, in whichever region, on this machine; and at the host and port where it listens",
      "e2e/tls/functions: each API answers to its own name on AWS, those with another port too",
      "src/gateway/mounts: a mount table > finds an API by its name on AWS before anything else, in whichever region",
    ),
    same(
      "documented",
      "Events name the domain that the app has",
      "e2e/dev: a handler meets API Gateway's event, with the configured domain name and the stage",
    ),
    differs(
      "documented",
      "Only TLS is spoken, 1.2 or newer",
      "one port takes TLS and plain text",
      "e2e/tls/one-port: one port > takes ws, wss, http and https",
    ),
    absent(
      "documented",
      "Domain names and API mappings, each with its key",
      "an API has its stage, or a path of its own; a proxy in front may give it any name",
    ),
    absent(
      "documented",
      "The execute-api endpoint can be switched off",
      "the name leads nowhere but to this machine",
    ),
  ],
};

export const observing: Section = {
  title: "Logs and metrics",
  facts: [
    same(
      "documented",
      "An access log has one line of its format for each handshake, message, end and call of `@connections`",
      "e2e/gateway/observing: an access log > has one line for a connection, each of its messages, each call, and its end",
    ),
    differs(
      "documented",
      "It goes to CloudWatch or Firehose",
      "it goes to Holdfast's own log",
      "src/gateway/access-log: createAccessLog writes an event `access` with the API's name, and refuses formats that it cannot read",
    ),
    same(
      "documented",
      "Its variables are those of `$context`",
      "src/gateway/access-log: an access log's line > holds $context.%s",
    ),
    same(
      "documented",
      "What is not set is `-`",
      "src/gateway/access-log: an access log's line > has - for $context.%s, which is not set",
    ),
    same(
      "second-hand",
      "`integration.*` is never set for WebSocket APIs",
      "src/gateway/access-log: an access log's line > has - for $context.%s, which is not set",
    ),
    same(
      "second-hand",
      "Calls of `@connections` have the event type `CONNECTION_API` and the route key `POST /@connections/{connectionId}`",
      "e2e/gateway/observing: an access log > has one line for a connection, each of its messages, each call, and its end",
    ),
    same(
      "second-hand",
      "`error.responseType` is `INTEGRATION_FAILURE`, `INTEGRATION_TIMEOUT`, `BAD_REQUEST_BODY`, `UNAUTHORIZED`, `AUTHORIZER_FAILURE`, `MISSING_AUTHENTICATION_TOKEN` and their like",
      "e2e/gateway/observing: an access log > says in API Gateway's words what failed",
      "e2e/gateway/observing: an access log > says why nobody got in, and why a call was refused",
      "e2e/gateway/observing: an access log > says in API Gateway's words who was not let in",
    ),
    same(
      "documented",
      "The ids in the log are those of the event, and of the call's answer",
      "e2e/gateway/observing: an access log > has the ids that the event and the answer have",
    ),
    unknown(
      "A variable that WebSocket APIs do not have",
      "it shows `-`, and is a warning before the app starts",
      "src/model/validate-limits: a variable that WebSocket APIs do not have is a warning, for the line will show - there",
    ),
    absent(
      "seen by users",
      "Execution logs in a group of the stage",
      "Holdfast's own log says what happened and what to do, without them",
    ),
    same(
      "documented",
      "The metrics are ConnectCount, MessageCount, IntegrationError, ClientError, ExecutionError and IntegrationLatency",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > is Prometheus's text, each metric with the name that AWS has for it",
    ),
    differs(
      "documented",
      "They are in CloudWatch",
      "they are at `/metrics` for Prometheus, when asked for",
      "e2e/gateway/observing: metrics > count what the sockets did, and stand at /metrics",
    ),
    same(
      "documented",
      "They are kept apart by API, stage and route",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > keeps APIs, stages and routes apart",
    ),
    same(
      "documented",
      "MessageCount counts both directions",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > counts no calls of @connections, but what they send",
    ),
    same(
      "second-hand",
      "A connection counts as one message too",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > counts a connection as one message too",
    ),
    same(
      "second-hand",
      "A message without a route is a ClientError of no route",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > counts a message that no route takes as a client's error, without a route",
    ),
    same(
      "second-hand",
      "A function that fails is an ExecutionError, and no IntegrationError",
      "e2e/gateway/observing: metrics > count what the sockets did, and stand at /metrics",
      "src/telemetry/metrics/aws-metrics: AWS's metrics > counts a fault of kind %s as %s",
    ),
  ],
};
