import { describe, expect, it } from "vitest";
import { toAwsEvent } from "../../../src/model/aws-event.ts";
import type {
  AuthorizeEvent,
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  MessageEvent,
} from "../../../src/model/gateway-event.ts";
import { methodArn, said, startAccessRig, type AccessRig, type AccessRigOptions } from "./access-rig.ts";
import { eventually, makeApi, makeRoute, upgradeRequest } from "./rig.ts";

const policy = (Effect = "Allow", Resource: unknown = methodArn): object => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
});
const allow = { principalId: "ann", policyDocument: policy() };

const start = (
  authorize: AccessRigOptions["authorize"],
  identitySources: readonly string[] = [],
  options: AccessRigOptions = {},
): Promise<AccessRig> =>
  startAccessRig({
    authorize: authorize ?? (() => allow),
    connect: { authorization: { kind: "authorizer", authorizer: "door" } },
    ...options,
    api: { authorizers: [{ name: "door", function: "authorizer", identitySources }], ...options.api },
  });

const fail = (message: string) => () => {
  throw new Error(message);
};

describe("an authorizer's answer", () => {
  it.each<[string, AccessRigOptions["authorize"], number, string]>([
    [
      "a denial",
      () => ({ policyDocument: policy("Deny") }),
      403,
      "User is not authorized to access this resource with an explicit deny in an identity-based policy",
    ],
    [
      "a permission for something else",
      () => ({ policyDocument: policy("Allow", `${methodArn}-not`) }),
      403,
      "User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action",
    ],
    ["Unauthorized, thrown", fail("Unauthorized"), 401, "Unauthorized"],
    ["another error", fail("boom"), 500, "Internal server error"],
    ["nothing", () => null, 500, ""],
    ["no policy", () => ({ principalId: "ann" }), 500, ""],
    ["the simple form", () => ({ isAuthorized: true }), 500, ""],
    ["a nested context", () => ({ ...allow, context: { a: {} } }), 500, ""],
  ])("refuses by %s", async (_what, authorize, status, message) => {
    await using access = await start(authorize);
    const refusal = await access.rig.refusal();
    expect(refusal.status).toBe(status);
    expect(refusal.body).toMatch(said(message));
    expect(refusal.headers["content-type"]).toBe("application/json; charset=UTF-8");
    expect(refusal.headers["x-amz-apigw-id"]).toBe(
      (JSON.parse(refusal.body) as { requestId: string }).requestId,
    );
    expect(refusal.headers["x-amzn-errortype"]).toBeUndefined();
    expect(access.events.map(({ kind }) => kind)).toEqual(["authorize"]);
    const [logged] = access.refusals();
    expect(logged?.level).toBe(status === 500 ? "error" : "warn");
    expect(logged?.message).toContain(`was refused with ${status}: `);
    expect(logged?.hint).toEqual(expect.stringMatching(/\w/));
  });

  it("refuses by a function that is not there", async () => {
    const authorizers = [{ name: "door", function: "missing", identitySources: [] }];
    await using access = await start(undefined, [], { api: { authorizers } });
    const refusal = await access.rig.refusal();
    expect([refusal.status, refusal.body]).toEqual([
      500,
      expect.stringMatching(said("Internal server error")),
    ]);
  });

  it("comes with all events of the connection, and its latency with the first", async () => {
    const context = { number: 7, yes: true, empty: "", nothing: null };
    await using access = await start(() => ({ ...allow, context }));
    const client = await access.rig.connect();
    client.send("hello");
    await eventually(() => access.events.length === 3);
    client.socket.close(1000);
    await eventually(() => access.events.length === 4);
    const [authorize, connect, message, disconnect] = access.events as [
      AuthorizeEvent,
      ConnectEvent,
      MessageEvent,
      DisconnectEvent,
    ];
    expect(authorize).toMatchObject({ kind: "authorize", routeKey: "$connect", methodArn });
    expect(authorize.connection.authorizer).toBeUndefined();
    expect(connect).toMatchObject({
      requestId: authorize.requestId,
      requestTimeMs: authorize.requestTimeMs,
      traceId: authorize.traceId,
      connection: { connectionId: authorize.connection.connectionId },
    });
    const texts = { principalId: "ann", number: "7", yes: "true", empty: "" };
    expect(toAwsEvent(connect).requestContext.authorizer).toEqual({
      ...texts,
      integrationLatency: expect.any(Number),
    });
    expect(toAwsEvent(message).requestContext.authorizer).toEqual(texts);
    expect(toAwsEvent(disconnect).requestContext.authorizer).toEqual(texts);
  });

  it("is asked for at each handshake", async () => {
    let calls = 0;
    await using access = await start(() => (calls++ % 2 === 0 ? allow : { policyDocument: policy("Deny") }));
    await access.rig.connect();
    expect((await access.rig.refusal()).status).toBe(403);
    await access.rig.connect();
    expect(calls).toBe(3);
  });

  it("may be late: the time of $connect begins after it", async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    await using access = await start(() => promise);
    const connecting = access.rig.connect();
    await eventually(() => access.events.length === 1);
    resolve(allow);
    await connecting;
    expect(access.events.map(({ kind }) => kind)).toEqual(["authorize", "connect"]);
  });
});

describe("identity sources", () => {
  const header = "route.request.header.Authorization";
  const query = "route.request.querystring.token";

  it.each<[string, string, Record<string, string>]>([
    ["no header", "/dev?token=t", {}],
    ["an empty header", "/dev?token=t", { Authorization: "" }],
    ["no query", "/dev", { Authorization: "a" }],
    ["an empty parameter", "/dev?token=", { Authorization: "a" }],
  ])("%s: 401, and nobody is asked", async (_what, path, headers) => {
    await using access = await start(undefined, [header, query]);
    const refusal = await access.rig.refusal({ path, ws: { headers } });
    expect([refusal.status, refusal.body]).toEqual([401, expect.stringMatching(said("Unauthorized"))]);
    expect(access.events).toEqual([]);
    expect(access.refusals()).toMatchObject([
      { message: expect.stringContaining("is missing or empty; the authorizer was not asked") },
    ]);
  });

  it("are found whatever the header's case, and in a repeated parameter", async () => {
    await using access = await start(undefined, [header, query, "context.connectionId"]);
    await access.rig.connect({ path: "/dev?token=&token=t", ws: { headers: { aUtHoRiZaTiOn: "a" } } });
    expect(access.events.map(({ kind }) => kind)).toEqual(["authorize", "connect"]);
  });

  it("context.eventType is never there", async () => {
    await using access = await start(undefined, ["context.eventType"]);
    expect((await access.rig.refusal()).status).toBe(401);
  });
});

it("two Authorization headers get a 400 in HTML, without the gateway's id", async () => {
  await using access = await start(undefined);
  const raw = await access.rig.raw();
  raw.write(upgradeRequest("/dev", { Authorization: "a\r\nAuthorization: b" }));
  await raw.until((text) => text.includes("</html>"));
  expect(raw.text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(raw.text).toMatch(/content-type: text\/html\r\n/);
  expect(raw.text).not.toContain("apigw");
  expect(access.events).toEqual([]);
  expect(access.refusals()).toHaveLength(1);
});

it("a connection is recorded once its authorizer has let it in, with what that gave", async () => {
  const opened: ConnectionFacts[] = [];
  const closed: string[] = [];
  const records = {
    opened: (facts: ConnectionFacts) => void opened.push(facts),
    closed: (id: string) => void closed.push(id),
  };
  let result: object = { policyDocument: policy("Deny") };
  await using access = await start(() => result, [], { records });
  await access.rig.refusal();
  expect([opened, closed]).toEqual([[], []]);
  result = allow;
  await access.rig.connect();
  expect(opened).toMatchObject([{ authorizer: { principalId: "ann" } }]);
});

it("a deployment may bring an authorizer, and an unusable one is refused before it takes over", async () => {
  await using access = await start(undefined);
  const { gateway } = access.rig;
  const authorization = { kind: "authorizer", authorizer: "door" } as const;
  const routes = [makeRoute("$connect", { authorization })];
  expect(() => gateway.deploy(makeApi(routes))).toThrow(
    expect.objectContaining({ code: "REFERENCE_UNKNOWN" }),
  );
  const authorizers = [{ name: "door", function: "authorizer", identitySources: ["nowhere"] }];
  expect(() => gateway.deploy(makeApi(routes, { authorizers }))).toThrow(
    expect.objectContaining({ code: "EXPRESSION_INVALID" }),
  );
  await access.rig.connect();
  gateway.deploy(makeApi([makeRoute("$connect")]));
  await access.rig.connect();
  expect(access.events.map(({ kind }) => kind)).toEqual(["authorize", "connect", "connect"]);
});
