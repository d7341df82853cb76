import { afterAll, beforeAll, expect, test } from "vitest";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.ts";
import { startTracedApp, type TracedApp } from "./traced-app.ts";

const source = `import { App } from "holdfast";
const app = new App("games");
export default app;
const games = app.table("games", { key: "id" });
const images = app.bucket("images");
const news = app.topic("news");
const double = app.function("double", async ({ n }, { traceparent }) => ({ twice: n * 2, traceparent }));
news.subscribe(async ({ text, traceparent }) => { await games.put({ id: text, traceparent }); });
const ws = app.websocket("chat");
ws.onConnect(({ traceparent, tracestate, event }) => ({
  attributes: { traceparent: traceparent ?? "", tracestate: tracestate ?? "", amazon: event.headers["X-Amzn-Trace-Id"] },
}));
ws.onDisconnect(() => {});
ws.on("play", async ({ connectionId, traceparent }) => {
  await games.put({ id: "g1" });
  await ws.send(connectionId, "posted");
  await ws.broadcast("to all");
  console.log("played");
  return { traceparent };
});
ws.on("handshake", ({ attributes }) => attributes);
ws.on("more", async () => {
  await images.put("a.txt", "text");
  await news.publish("told");
  return double.call({ n: 4 });
});
ws.on("fail", async () => {
  await games.put({ id: "g2", big: "x".repeat(500_000) });
});
app.http.get("/games/{id}", async (_request, { params, traceparent }) =>
  Response.json({ ...(await games.get({ id: params.id })), traceparent }));
app.http.get("/broken", () => { throw new TypeError("It is broken"); });
`;

let receiver: OtlpReceiver;
let app: TracedApp;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  app = await startTracedApp(
    { "app.ts": source },
    { endpoint: receiver.endpoint, headers: { "x-key": "secret" }, serviceName: "games-service" },
  );
});

afterAll(async () => {
  await app?.stop();
  await receiver?.[Symbol.asyncDispose]();
});

const caller = { traceId: "6ab5ba613088445a1421bd2c2df99531", spanId: "00f067aa0ba902b7" };
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`;

test("one trace leads from a frame to its function, and from there to the table and to posts", async () => {
  const client = await app.connect();
  client.send({ action: "play" });
  const messages = [await client.next(), await client.next(), await client.nextJson()];
  expect(messages.slice(0, 2)).toEqual(["posted", "to all"]);

  const frame = await receiver.span("message play");
  expect(frame).toMatchObject({
    parentSpanId: "",
    kind: "server",
    attributes: { "holdfast.api": "chat", "holdfast.stage": "test", "holdfast.route_key": "play" },
    resource: { "service.name": "games-service", "deployment.environment.name": "test" },
  });
  for (const [name, kind] of [
    ["put games", "client"],
    ["send chat", "producer"],
    ["broadcast chat", "producer"],
  ] as const) {
    const span = await receiver.span(name, ({ traceId }) => traceId === frame.traceId);
    expect(span).toMatchObject({ kind, error: undefined });
    expect(await receiver.path(span)).toEqual([name, "invoke chat-play", "message play"]);
  }
  const put = await receiver.span("put games", ({ traceId }) => traceId === frame.traceId);
  expect(put.attributes).toMatchObject({
    "db.system.name": "holdfast",
    "db.collection.name": "games",
    "db.operation.name": "put",
  });
  const invocation = await receiver.span("invoke chat-play");
  expect(messages[2]).toEqual({ traceparent: `00-${frame.traceId}-${invocation.spanId}-01` });
  expect(app.logs.find(({ fields }) => fields.message === "played")?.fields).toMatchObject({
    traceId: frame.traceId,
    spanId: invocation.spanId,
  });
  expect(receiver.headers[0]).toMatchObject({ "x-key": "secret" });
  // So that X-Ray's form holds the same id.
  const ageSeconds = Date.now() / 1000 - Number.parseInt(frame.traceId.slice(0, 8), 16);
  expect(ageSeconds).toBeGreaterThanOrEqual(0);
  expect(ageSeconds).toBeLessThan(600);
});

test("a handshake goes on with its caller's trace, and messages begin their own", async () => {
  const client = await app.connect({ headers: { traceparent, tracestate: "vendor=1" } });
  const connect = await receiver.span("connect", ({ traceId }) => traceId === caller.traceId);
  expect(connect).toMatchObject({
    parentSpanId: caller.spanId,
    traceState: "vendor=1",
    attributes: { "http.response.status_code": 101, "http.request.method": "GET" },
  });
  const invocation = await receiver.span("invoke chat-connect", ({ traceId }) => traceId === caller.traceId);
  expect(invocation.parentSpanId).toBe(connect.spanId);

  client.send({ action: "handshake" });
  expect(await client.nextJson()).toEqual({
    traceparent: `00-${caller.traceId}-${invocation.spanId}-01`,
    tracestate: "vendor=1",
    amazon: "Root=1-6ab5ba61-3088445a1421bd2c2df99531",
  });
  expect((await receiver.span("message handshake")).traceId).not.toBe(caller.traceId);
  await client.close();
  await receiver.span("disconnect");
});

test("a caller that is not sampled stays so, and its id is passed on", async () => {
  const unsampled = `00-${"1".repeat(32)}-${caller.spanId}-00`;
  const response = await fetch(new URL("games/g9", app.http), { headers: { traceparent: unsampled } });
  expect(await response.json()).toEqual({ traceparent: unsampled });
  // What comes later is there, so that this would be.
  await (await fetch(new URL("games/later", app.http))).text();
  await receiver.span("GET /games/{id}", ({ attributes }) => attributes["url.path"] === "/games/later");
  expect(receiver.spans.filter(({ traceId }) => traceId === "1".repeat(32))).toEqual([]);
});

test("an HTTP request goes on with its caller's trace, down to the table", async () => {
  const own = { traceparent: `00-${"2".repeat(32)}-${caller.spanId}-01` };
  await (await fetch(new URL("games/g1", app.http), { headers: own })).text();
  const get = await receiver.span("get games", ({ traceId }) => traceId === "2".repeat(32));
  const request = await receiver.span("GET /games/{id}", ({ traceId }) => traceId === "2".repeat(32));
  expect(request).toMatchObject({
    parentSpanId: caller.spanId,
    kind: "server",
    attributes: {
      "http.request.method": "GET",
      "http.route": "/games/{id}",
      "url.path": "/games/g1",
      "http.response.status_code": 200,
    },
  });
  const invocation = await receiver.span(
    "invoke http-get-games-id",
    ({ traceId }) => traceId === get.traceId,
  );
  expect([get.parentSpanId, invocation.parentSpanId]).toEqual([invocation.spanId, request.spanId]);
});

test("what a function publishes and calls is in its trace, with what that does in turn", async () => {
  const client = await app.connect();
  client.send({ action: "more" });
  const { twice, traceparent: inCall } = await client.nextJson<{ twice: number; traceparent: string }>();
  expect(twice).toBe(8);
  const { traceId } = await receiver.span("message more");
  expect(inCall).toContain(traceId);

  const double = await receiver.span("invoke double");
  expect(await receiver.path(double)).toEqual([
    "invoke double",
    "call double",
    "invoke chat-more",
    "message more",
  ]);
  const put = await receiver.span("put games", (span) => span.traceId === traceId);
  const names = await receiver.path(put);
  expect(names).toEqual([
    "put games",
    expect.stringMatching(/^invoke /),
    "topic news",
    "publish news",
    "invoke chat-more",
    "message more",
  ]);
  expect(await receiver.span("topic news")).toMatchObject({ kind: "consumer" });
});

test("what fails is an error in each span that it went through", async () => {
  const client = await app.connect();
  client.send({ action: "fail" });
  await client.next();
  const frame = await receiver.span("message fail");
  const invocation = await receiver.span("invoke chat-fail");
  const put = await receiver.span("put games", ({ traceId }) => traceId === frame.traceId);
  for (const { error } of [frame, invocation, put]) expect(error).toMatch(/409600|400 KB|large|bytes/i);
  const failed = app.logs.find(({ event }) => event === "gateway.function-failed");
  expect(failed?.fields).toMatchObject({ traceId: frame.traceId, spanId: frame.spanId });

  expect((await fetch(new URL("broken", app.http))).status).toBeGreaterThanOrEqual(500);
  expect(await receiver.span("GET /broken")).toMatchObject({ error: expect.stringMatching(/^status 50/) });
  const broken = receiver.spans.find(({ error }) => error === "It is broken");
  expect(broken?.attributes["error.type"]).toBe("HANDLER_THREW");
});
