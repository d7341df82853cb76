import { describe, expect, it } from "vitest";
import { HoldfastError } from "../../../src/base/errors.ts";
import { createGateway } from "../../../src/gateway/engine.ts";
import { ManualClock, systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { MemoryInvoker } from "../../../src/host/memory-invoker.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import { defaultLimits } from "../../../src/model/defaults.ts";
import { valueOf } from "../../support/metrics-text.ts";
import { startFront } from "./front-rig.ts";
import { eventually, makeApi, makeRoute, startRig } from "./rig.ts";

const accessLogFormat =
  "$context.eventType $context.routeKey $context.status $context.error.responseType $context.error.messageString";

const echo = (event: object) => ({ statusCode: 200, body: "body" in event ? event.body : "" });

describe("an access log", () => {
  it("has one line for a connection, each of its messages, each call, and its end", async () => {
    await using rig = await startFront({
      functions: { echo, $disconnect: () => ({ statusCode: 200 }) },
      api: { accessLogFormat },
    });
    const { client, id } = await rig.connect();
    client.send({ action: "echo" });
    await client.next();
    client.send({ action: "nowhere" });
    await client.next();
    expect((await rig.manage("POST", id, { body: "hi" })).status).toBe(200);
    expect((await rig.manage("GET", id)).status).toBe(200);
    expect((await rig.manage("DELETE", id)).status).toBe(204);
    await client.closed;
    await eventually(() => rig.lines().length === 7);
    expect((await rig.manage("POST", id, { body: "late" })).status).toBe(410);
    expect(rig.lines()).toHaveLength(8);
    expect(rig.lines().toSorted()).toEqual(
      [
        "CONNECT $connect 200 - -",
        "MESSAGE echo 200 - -",
        'MESSAGE - 403 - "Forbidden"',
        "CONNECTION_API POST /@connections/{connectionId} 200 - -",
        "CONNECTION_API GET /@connections/{connectionId} 200 - -",
        "CONNECTION_API DELETE /@connections/{connectionId} 204 - -",
        "DISCONNECT $disconnect 200 - -",
        "CONNECTION_API POST /@connections/{connectionId} 410 - -",
      ].toSorted(),
    );
  });

  it("says in API Gateway's words what failed", async () => {
    await using rig = await startFront({
      functions: {
        throws: () => {
          throw new Error("no");
        },
        malformed: () => "text",
        picky: () => {
          throw new HoldfastError("BODY_INVALID", "age is no number");
        },
        slow: () => new Promise((resolve) => setTimeout(resolve, 1000)),
        refuses: () => ({ statusCode: 418 }),
      },
      api: {
        accessLogFormat: `${accessLogFormat} $context.error.validationErrorString`,
        limits: { ...defaultLimits, integrationTimeoutMs: 60 },
      },
    });
    const { client } = await rig.connect();
    for (const action of ["throws", "malformed", "picky", "slow"]) {
      client.send({ action });
      await client.next();
    }
    client.send({ action: "refuses" });
    await eventually(() => rig.lines().length === 6);
    expect(rig.lines().slice(1)).toEqual([
      'MESSAGE throws 500 INTEGRATION_FAILURE "Internal server error" -',
      'MESSAGE malformed 500 INTEGRATION_FAILURE "Internal server error" -',
      'MESSAGE picky 400 BAD_REQUEST_BODY "Bad request body" age is no number',
      'MESSAGE slow 504 INTEGRATION_TIMEOUT "Endpoint request timed out" -',
      "MESSAGE refuses 418 - - -",
    ]);
  });

  it("says why nobody got in, and why a call was refused", async () => {
    await using rig = await startFront({
      functions: { $connect: () => ({ statusCode: 401, body: "no" }) },
      api: { accessLogFormat },
    });
    await expect(rig.connect()).rejects.toThrow("401");
    expect((await rig.manage("GET", "x", { headers: {} })).status).toBe(403);
    expect((await rig.manage("GET", "x")).status).toBe(400);
    expect(rig.lines()).toEqual([
      "CONNECT $connect 401 - -",
      'CONNECTION_API GET /@connections/{connectionId} 403 MISSING_AUTHENTICATION_TOKEN "Missing Authentication Token"',
      'CONNECTION_API GET /@connections/{connectionId} 400 - "Invalid connectionId: x"',
    ]);
  });

  it("says in API Gateway's words who was not let in", async () => {
    const authorization = { kind: "authorizer", authorizer: "door" } as const;
    await using rig = await startFront({
      functions: {
        door: () => {
          throw new Error("the key is lost");
        },
      },
      api: {
        accessLogFormat,
        routes: [makeRoute("$connect", { authorization })],
        authorizers: [
          { name: "door", function: "door", identitySources: ["route.request.querystring.token"] },
        ],
      },
    });
    await expect(rig.connect()).rejects.toThrow("401");
    await expect(rig.connect("?token=x")).rejects.toThrow("500");
    expect(rig.lines()).toEqual([
      'CONNECT $connect 401 UNAUTHORIZED "Unauthorized"',
      'CONNECT $connect 500 AUTHORIZER_FAILURE "Internal server error"',
    ]);
  });

  it("has an authorizer's time where one was asked, also when it let nobody in, and apart from the integration's", async () => {
    const authorization = { kind: "authorizer", authorizer: "door" } as const;
    const clock = new ManualClock(1_790_294_625_000);
    const policy = (event: InvocationEvent) => ({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "*",
        Resource: event.kind === "authorize" && event.query[0]?.[1] === "yes" ? event.methodArn : "other",
      },
    });
    await using rig = await startRig({
      functions: {
        door: (event) => (clock.advance(30), { policyDocument: policy(event) }),
        $connect: () => (clock.advance(7), { statusCode: 200 }),
      },
      api: makeApi([makeRoute("$connect", { authorization })], {
        accessLogFormat: "$context.status $context.authorizer.latency $context.integrationLatency",
        authorizers: [
          { name: "door", function: "door", identitySources: ["route.request.querystring.token"] },
        ],
      }),
      clock,
    });
    expect((await rig.refusal()).status).toBe(401);
    expect((await rig.refusal({ path: "/dev?token=no" })).status).toBe(403);
    await rig.connect({ path: "/dev?token=yes" });
    expect(rig.events("access").map(({ fields }) => fields.message)).toEqual([
      "401 - -",
      "403 30 -",
      "200 30 7",
    ]);
  });

  it("has the ids that the event and the answer have", async () => {
    const requestIds: string[] = [];
    await using rig = await startFront({
      functions: { echo: (event) => (requestIds.push(event.requestId), echo(event)) },
      api: { accessLogFormat: "$context.requestId $context.extendedRequestId $context.connectionId" },
    });
    const { client, id } = await rig.connect();
    client.send({ action: "echo" });
    await client.next();
    const answer = await rig.manage("GET", id);
    const headers = new Headers(answer.headers.map(([name, value]): [string, string] => [name, value]));
    expect(rig.lines().slice(1)).toEqual([
      `${requestIds[0]} ${requestIds[0]} ${id}`,
      `${headers.get("x-amzn-requestid")} ${headers.get("x-amz-apigw-id")} ${id}`,
    ]);
  });

  it("changes with a deployment, for open connections too, and one that cannot be read changes nothing", async () => {
    await using rig = await startFront({ functions: { echo } });
    const { client } = await rig.connect();
    const send = async (): Promise<void> => {
      client.send({ action: "echo" });
      await client.next();
    };
    await send();
    expect(rig.lines()).toEqual([]);
    await rig.deploy({ accessLogFormat: "$context.stage" });
    await send();
    await expect(rig.deploy({ accessLogFormat: "$nothing" })).rejects.toMatchObject({
      code: "ACCESS_LOG_FORMAT_INVALID",
    });
    await send();
    await rig.deploy();
    await send();
    expect(rig.lines()).toEqual(["dev", "dev"]);
  });
});

describe("metrics", () => {
  it("count what the sockets did, and stand at /metrics", async () => {
    await using rig = await startFront({
      functions: {
        echo,
        throws: () => {
          throw new Error("no");
        },
        refuses: () => ({ statusCode: 404 }),
      },
      metrics: true,
    });
    const { client, id } = await rig.connect();
    client.send({ action: "echo" });
    await client.next();
    client.send({ action: "throws" });
    await client.next();
    client.send({ action: "nowhere" });
    await client.next();
    client.send({ action: "refuses" });
    await rig.manage("POST", id, { body: "hi" });
    await client.next();
    const response = await fetch(new URL("/metrics", rig.front.http()));
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const samples = (await response.text())
      .split("\n")
      .filter((line) => /^holdfast_\w+(?:_total|_count)\{api_id=/.test(line) && !line.endsWith(" 0"))
      .map((line) => line.replace(/api_id="[^"]+",stage="dev"/, "").replace("{,", "{"));
    expect(samples.toSorted()).toEqual(
      [
        'holdfast_connect_count_total{route="$connect"} 1',
        'holdfast_message_count_total{route="$connect"} 1',
        // Replies, what the gateway said, and what was posted.
        "holdfast_message_count_total{} 5",
        'holdfast_message_count_total{route="echo"} 1',
        'holdfast_message_count_total{route="throws"} 1',
        'holdfast_message_count_total{route="refuses"} 1',
        'holdfast_integration_error_total{route="refuses"} 1',
        "holdfast_client_error_total{} 1",
        'holdfast_execution_error_total{route="throws"} 1',
        'holdfast_integration_latency_seconds_count{route="$connect"} 1',
        'holdfast_integration_latency_seconds_count{route="echo"} 1',
        'holdfast_integration_latency_seconds_count{route="throws"} 1',
        'holdfast_integration_latency_seconds_count{route="refuses"} 1',
      ].toSorted(),
    );
  });

  it("count a client that does not read, once", async () => {
    await using rig = await startFront({ functions: { echo }, metrics: true });
    const { client, id } = await rig.connect();
    client.socket.pause();
    const [name = ""] = rig.front.websockets().map((api) => api.name);
    const connections = rig.front.websocket(name)?.connections;
    const text = "x".repeat(100_000);
    let outcome: unknown;
    for (let count = 0; count < 2000 && outcome === undefined; count += 1)
      outcome = await connections?.send(id, text).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: "CONNECTION_GONE" });
    const metrics = await (await fetch(new URL("/metrics", rig.front.http()))).text();
    expect(valueOf(metrics, "holdfast_slow_consumers_total")).toBe(1);
    expect(valueOf(metrics, "holdfast_connections_closed_total", { code: "1006" })).toBe(1);
  });

  it("are not there unless they are asked for", async () => {
    await using rig = await startFront({ functions: { echo } });
    expect((await fetch(new URL("/metrics", rig.front.http()))).status).toBe(404);
  });
});

it("a gateway that nobody observes has nobody to tell", () => {
  const gateway = createGateway({
    api: makeApi([makeRoute("$default")]),
    apiId: "a",
    stage: "dev",
    domainName: "localhost",
    node: 0,
    invoker: new MemoryInvoker({}),
    clock: systemClock,
    log: silentLog,
  });
  expect(gateway.observer).toBeUndefined();
  gateway.deploy(makeApi([], { accessLogFormat: "$context.stage" }));
  expect(gateway.observer).toBeDefined();
  gateway.deploy(makeApi([]));
  expect(gateway.observer).toBeUndefined();
});
