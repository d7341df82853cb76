import { expect, test } from "vitest";
import { ManualClock } from "../../../src/base/clock.ts";
import type { HttpIntegration, Route } from "../../../src/model/app-model.ts";
import { eventually, makeApi, makeRoute, startRig, type Rig } from "../gateway/rig.ts";
import { Backend } from "./backend.ts";
import { makeMapping, makeResponse } from "./mapping.ts";

function route(
  key: string,
  uri: string,
  change: Partial<HttpIntegration> = {},
  more: Partial<Route> = {},
): Route {
  const integration: HttpIntegration = { kind: "http", proxy: true, method: "POST", uri, ...change };
  return makeRoute(key, { integration, responds: true, ...more });
}

const start = (routes: readonly Route[], change: Parameters<typeof makeApi>[1] = {}): Promise<Rig> =>
  startRig({ functions: {}, api: makeApi(routes, change) });

const echo = (backend: { body: string }) => `got ${backend.body}`;

test("a proxy's backend gets the message with API Gateway's headers, and its body is the answer", async () => {
  await using backend = await Backend.start((request, response) => response.end(echo(request)));
  await using rig = await start([route("$default", `${backend.origin}/in?x=1`)]);
  const client = await rig.connect();
  client.send("hello");
  expect(await client.next()).toBe("got hello");
  expect(backend.last).toMatchObject({ method: "POST", url: "/in?x=1" });
  expect(backend.last.headers).toMatchObject({
    accept: "application/json",
    "content-type": "application/json",
    "content-length": "5",
    host: `127.0.0.1:${backend.port}`,
    "user-agent": "AmazonAPIGateway_a1b2c3",
    "x-amzn-apigateway-api-id": "a1b2c3",
    "x-amzn-trace-id": expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/) as string,
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-port": String(rig.port),
    "x-forwarded-proto": "http",
  });
  expect(Object.keys(backend.last.headers)).not.toContain("connectionid");
  client.send("again");
  await client.next();
  expect(backend.connections).toBe(1);
});

test("the backend's status decides the handshake, and $disconnect reaches it too", async () => {
  await using backend = await Backend.start((request, response) => {
    const refused = request.url.includes("no");
    response.writeHead(refused ? 403 : 204, { "sec-websocket-protocol": "b" });
    response.end(refused ? '{"why":"no"}' : undefined);
  });
  const mapping = makeMapping({
    requestParameters: {
      "integration.request.querystring.who": "route.request.querystring.who",
      "integration.request.querystring.all": "route.request.multivaluequerystring.who",
      "integration.request.header.Auth": "route.request.header.authorization",
      "integration.request.header.ConnectionId": "context.connectionId",
      "integration.request.path.stage": "context.stage",
    },
  });
  const uri = `${backend.origin}/{stage}/connect`;
  await using rig = await start([
    route("$connect", uri, { mapping }),
    route("$disconnect", `${backend.origin}/bye`, {
      mapping: makeMapping({
        requestParameters: { "integration.request.header.Code": "context.disconnectStatusCode" },
      }),
    }),
  ]);
  const client = await rig.connect({
    path: "/dev?who=ann&who=bob",
    protocols: ["a", "b"],
    ws: { headers: { Authorization: "secret" } },
  });
  expect(client.socket.protocol).toBe("b");
  expect(backend.last).toMatchObject({
    method: "POST",
    url: "/dev/connect?who=bob&all=ann&all=bob",
    body: "",
  });
  expect(backend.last.headers).toMatchObject({
    auth: "secret",
    connectionid: expect.stringMatching(/=$/) as string,
  });

  const { status, body } = await rig.refusal({ path: "/dev?who=no" });
  expect([status, body]).toEqual([403, '{"why":"no"}']);

  client.socket.close(4000, "done");
  await eventually(() => backend.requests.some(({ url }) => url === "/bye"));
  expect(backend.last.headers).toMatchObject({ code: "4000" });
  expect(backend.requests.filter(({ url }) => url === "/bye")).toHaveLength(1);
});

test("a mapping takes its values from the message, the stage and its own text", async () => {
  await using backend = await Backend.start((_request, response) => response.end());
  const mapping = makeMapping({
    requestParameters: {
      "integration.request.path.room": "route.request.body.room.name",
      "integration.request.querystring.first": "route.request.body.list[0]",
      "integration.request.querystring.fixed": "'a b'",
      "integration.request.querystring.colour": "stageVariables.colour",
      "integration.request.header.Absent": "route.request.body.absent",
      "integration.request.header.Query": "route.request.querystring.who",
      "integration.request.header.Content-Type": "'text/plain'",
      "integration.request.header.Transfer-Encoding": "'chunked'",
    },
  });
  const uri = "${stageVariables.origin}/rooms/{room}/{nobody}";
  await using rig = await start([route("$default", uri, { mapping, method: "PUT" })], {
    stageVariables: { origin: backend.origin, colour: "blue" },
  });
  const client = await rig.connect();
  client.send({ room: { name: "a/../b" }, list: [7] });
  await eventually(() => backend.requests.length === 1);
  expect(backend.last).toMatchObject({
    method: "PUT",
    url: "/rooms/a%2F..%2Fb/?first=7&fixed=a+b&colour=blue",
  });
  expect(backend.last.headers).toMatchObject({ "content-type": "text/plain", "content-length": "37" });
  for (const name of ["absent", "query", "transfer-encoding"])
    expect(Object.keys(backend.last.headers)).not.toContain(name);
});

test("templates make the request of one that is no proxy, and of its answer", async () => {
  await using backend = await Backend.start((request, response) => {
    const { n } = JSON.parse(request.body) as { n: number };
    response.writeHead(n > 9 ? 404 : 200);
    response.end(JSON.stringify({ twice: n * 2 }));
  });
  const mapping = makeMapping({
    templateSelectionExpression: "${request.body.kind}",
    requestTemplates: {
      number: `{"n": $input.path('$.n'), "by": "$context.connectionId"}`,
      $default: `{"n": 0}`,
    },
    responses: [
      makeResponse("$default", `{"got": $input.json('$.twice'), "to": "$context.routeKey"}`),
      makeResponse("/4\\d\\d/", "missing in ${stageVariables.colour}"),
    ],
  });
  await using rig = await start([route("$default", backend.origin, { mapping, proxy: false })], {
    stageVariables: { colour: "blue" },
  });
  const client = await rig.connect();
  client.send({ kind: "number", n: 4 });
  expect(await client.next()).toBe('{"got": 8, "to": "$default"}');
  expect(JSON.parse(backend.last.body)).toEqual({ n: 4, by: expect.stringMatching(/=$/) as string });
  client.send({ kind: "other", n: 4 });
  expect(await client.next()).toBe('{"got": 0, "to": "$default"}');
  client.send({ kind: "number", n: 10 });
  expect(await client.next()).toBe("missing in blue");
});

test("redirects are answers, and are not followed", async () => {
  await using backend = await Backend.start((_request, response) => {
    response.writeHead(302, { location: "/elsewhere" });
    response.end("moved");
  });
  await using rig = await start([route("$connect", backend.origin), route("$default", backend.origin)]);
  expect(await rig.refusal()).toMatchObject({ status: 302, body: "moved" });
  expect(backend.requests).toHaveLength(1);
});

test("a backend that cannot be reached is an integration's failure: the client hears so, the log says why", async () => {
  await using gone = await Backend.start(() => {});
  const { origin } = gone;
  await gone[Symbol.asyncDispose]();
  await using rig = await start([
    route("$default", origin, {}, { responds: false }),
    route("bad", "ftp://x"),
  ]);
  const client = await rig.connect();
  client.send("hello");
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  client.send({ action: "bad" });
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  expect(rig.log.entries.filter(({ level }) => level === "error").map(({ fields }) => fields.code)).toEqual([
    "INTEGRATION_FAILED",
    "INTEGRATION_FAILED",
  ]);
  expect(rig.log.entries.find(({ level }) => level === "error")?.fields.message).toContain("ECONNREFUSED");
});

test("a backend that takes longer than its time is given up", async () => {
  const clock = new ManualClock(Date.parse("2026-11-21T15:27:00Z"));
  const left = Promise.withResolvers<void>();
  await using backend = await Backend.start((_request, response) =>
    response.on("close", () => left.resolve()),
  );
  await using rig = await startRig({
    functions: {},
    api: makeApi([route("$default", backend.origin, { timeoutMs: 50 })]),
    clock,
  });
  const client = await rig.connect();
  client.send("hello");
  await eventually(() => backend.requests.length === 1);
  clock.advance(50);
  expect(await client.next()).toMatch(/^\{"message": "Endpoint request timed out"/);
  // The request is not left hanging.
  await left.promise;
});

test("a message with no template is turned away where none may pass", async () => {
  await using backend = await Backend.start((request, response) => response.end(echo(request)));
  const responses = [makeResponse("$default")];
  const make = (key: string, passthrough: "never" | "when-no-templates", requestTemplates = {}) =>
    route(key, backend.origin, {
      proxy: false,
      mapping: makeMapping({
        passthrough,
        requestTemplates,
        templateSelectionExpression: "other",
        responses,
      }),
    });
  await using rig = await start([
    make("$connect", "when-no-templates"),
    make("never", "never"),
    make("some", "when-no-templates", { json: "{}" }),
    make("none", "when-no-templates"),
  ]);
  const client = await rig.connect();
  for (const action of ["never", "some"]) {
    client.send({ action });
    expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  }
  client.send({ action: "none" });
  expect(await client.next()).toBe('got {"action":"none"}');
  rig.gateway.deploy(makeApi([make("$connect", "never")]));
  expect(await rig.refusal()).toMatchObject({
    status: 415,
    body: expect.stringMatching(/^\{"message": "Unsupported Media Type", "connectionId":"/) as string,
  });
});

test("bytes and text are made of each other where the mapping says so", async () => {
  await using backend = await Backend.start((request, response) =>
    response.end(
      request.url === "/bytes" ? Buffer.from([0xff, 0x00]) : Buffer.from(request.body).toString("base64"),
    ),
  );
  const make = (key: string, path: string, mapping: Parameters<typeof makeMapping>[0]) =>
    route(key, `${backend.origin}${path}`, { proxy: false, mapping: makeMapping(mapping) });
  await using rig = await start([
    make("in", "/text", {
      contentHandling: "to-binary",
      requestTemplates: { $default: "$util.base64Encode('hi')" },
      responses: [makeResponse("$default", undefined, { contentHandling: "to-binary" })],
    }),
    make("out", "/bytes", {
      responses: [makeResponse("$default", undefined, { contentHandling: "to-text" })],
    }),
  ]);
  const client = await rig.connect();
  client.send({ action: "in" });
  expect(await client.next()).toBe("hi");
  expect(backend.last.body).toBe("hi");
  client.send({ action: "out" });
  expect(await client.next()).toBe("/wA=");
});

test("a backend that answers with an upgrade, or with nothing, is a failure at once, told as an integration's", async () => {
  await using backend = await Backend.start((request, response) => {
    if (request.body === "upgrade")
      response.socket?.end("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: tls\r\n\r\n");
    else response.socket?.destroy();
  });
  await using rig = await start([route("$default", `${backend.origin}/in`)]);
  const client = await rig.connect();
  for (const message of ["upgrade", "nothing"]) {
    client.send(message);
    expect(JSON.parse(await client.next())).toMatchObject({ message: "Internal server error" });
    const { fields } = rig.events("gateway.function-failed").at(-1) ?? {};
    expect(fields?.message).toContain(`Integration "POST ${backend.origin}/in" failed in $default`);
  }
});
