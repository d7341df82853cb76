import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { serveHttp, type HttpServer } from "../../test/e2e/gateway/http-server.ts";
import { systemClock } from "../base/clock.ts";
import { memoryLog } from "../base/log.ts";
import { MemoryInvoker, type MemoryFunction } from "../host/memory-invoker.ts";
import type { HttpEvent } from "../model/gateway-event.ts";
import { createHttpHandler, type HttpBounds } from "./http-routes.ts";

/** Routes `METHOD /path` with the function behind each; other requests get 404 "next". */
async function serveRoutes(
  functions: Readonly<Record<string, MemoryFunction>>,
  bounds: Partial<HttpBounds> = {},
) {
  const log = memoryLog();
  const handler = createHttpHandler({
    routes: Object.keys(functions).map((key) => {
      const [method = "", path = ""] = key.split(" ");
      return { method, path, function: key };
    }),
    invoker: new MemoryInvoker(functions),
    clock: systemClock,
    log,
    bounds,
    next: (_request, response) => response.writeHead(404).end("next"),
  });
  const server: HttpServer = await serveHttp(handler);
  return Object.assign(server, { log });
}

const named = (name: string) => () => ({ statusCode: 200, body: name });

describe("an HTTP request", () => {
  it("reaches the function with what the client sent", async () => {
    const events: HttpEvent[] = [];
    await using server = await serveRoutes({
      "POST /games/{id}/moves/{rest+}": (event) => {
        events.push(event as HttpEvent);
        return { statusCode: 201 };
      },
    });
    const answer = await server.fetch("/games/7%20a/moves/x/y?q=1&q=2", {
      method: "POST",
      body: '{"ä":1}',
      headers: { "X-ProBe": ["1", "2"] },
    });
    expect(answer.status).toBe(201);
    const [event] = events;
    expect(event).toMatchObject({
      kind: "http",
      routeKey: "POST /games/{id}/moves/{rest+}",
      method: "POST",
      url: `http://127.0.0.1:${server.port}/games/7%20a/moves/x/y?q=1&q=2`,
      pathParameters: { id: "7 a", rest: "x/y" },
      sourceIp: "127.0.0.1",
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
    expect(event?.headers.filter(([name]) => name === "X-ProBe")).toEqual([
      ["X-ProBe", "1"],
      ["X-ProBe", "2"],
    ]);
    expect(event?.requestId).toHaveLength(16);
  });

  it("that is not text reaches the function in base64", async () => {
    await using server = await serveRoutes({
      "PUT /": (event) => ({
        statusCode: 200,
        body: JSON.stringify([(event as HttpEvent).body, (event as HttpEvent).isBase64Encoded]),
      }),
    });
    const answer = await server.fetch("/", { method: "PUT", body: Buffer.from([0xff, 0x00]) });
    expect(JSON.parse(answer.text)).toEqual(["/wA=", true]);
  });

  it.each([
    ["GET", "/a", "GET /a"],
    ["HEAD", "/a", ""],
    ["POST", "/a", "ANY /a"],
    ["GET", "/other", "GET /{name}"],
    ["DELETE", "/a/b", "ANY /{rest+}"],
    ["POST", "/other", "ANY /{rest+}"],
  ])("%s %s takes the most specific route, the method before ANY", async (method, path, text) => {
    const functions = ["ANY /{rest+}", "GET /{name}", "ANY /a", "GET /a"];
    await using server = await serveRoutes(Object.fromEntries(functions.map((key) => [key, named(key)])));
    const answer = await server.fetch(path, { method });
    expect([answer.status, answer.text]).toEqual([200, text]);
  });

  it("by HEAD gets a GET route's headers, and a HEAD route goes first", async () => {
    await using server = await serveRoutes({
      "GET /a": named("12345"),
      "GET /b": named("get"),
      "HEAD /b": named("head route"),
    });
    expect((await server.fetch("/a", { method: "HEAD" })).headers["content-length"]).toBe("5");
    expect((await server.fetch("/b", { method: "HEAD" })).headers["content-length"]).toBe("10");
  });

  it.each(["/absent", "/a/b", "/%", "*"])("to %s, where no route is, falls through", async (path) => {
    await using server = await serveRoutes({ "GET /a": named("a") });
    expect(await server.fetch(path)).toMatchObject({ status: 404, text: "next" });
  });
});

describe("an HTTP answer", () => {
  it("has the function's status, headers and body, repeated headers repeated", async () => {
    await using server = await serveRoutes({
      "GET /": () => ({
        statusCode: 418,
        headers: {
          "X-One": "1",
          "content-length": "999",
          Connection: "upgrade",
          "Transfer-Encoding": "chunked",
        },
        multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
        body: "täxt",
      }),
    });
    const answer = await server.fetch("/");
    expect(answer).toMatchObject({ status: 418, text: "täxt" });
    expect(answer.headers).toMatchObject({
      "x-one": "1",
      "content-length": "5",
      "set-cookie": ["a=1", "b=2"],
      "content-type": "text/plain; charset=utf-8",
    });
    expect(answer.headers).not.toHaveProperty("transfer-encoding");
  });

  it("decodes base64, and keeps the function's content type", async () => {
    await using server = await serveRoutes({
      "GET /": () => ({
        statusCode: 200,
        headers: { "content-type": "image/x" },
        body: "/wA=",
        isBase64Encoded: true,
      }),
    });
    const answer = await server.fetch("/");
    expect(answer.bytes).toEqual(Buffer.from([0xff, 0]));
    expect(answer.headers["content-type"]).toBe("image/x");
  });

  it("with 204 has no body", async () => {
    await using server = await serveRoutes({ "GET /": () => ({ statusCode: 204 }) });
    const answer = await server.fetch("/");
    expect([answer.status, answer.text, answer.headers["content-length"]]).toEqual([204, "", undefined]);
  });

  const never = () => new Promise(() => {});
  const cases: [string, number, string, MemoryFunction][] = [
    [
      "a function that throws",
      502,
      "Internal server error",
      () => {
        throw new Error("no");
      },
    ],
    ["an answer that is none", 502, "Internal server error", () => "text"],
    [
      "a header that cannot be sent",
      502,
      "Internal server error",
      () => ({ statusCode: 200, headers: { ok: "1", x: "a\r\nb" } }),
    ],
    ["a status that cannot end a request", 502, "Internal server error", () => ({ statusCode: 101 })],
    ["a function that takes too long", 504, "Endpoint request timed out", never],
  ];
  it.each(cases)("for %s is %i, and the log says why", async (_, status, message, run) => {
    await using server = await serveRoutes({ "GET /": run }, { integrationTimeoutMs: 50 });
    const answer = await server.fetch("/");
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { message }]);
    expect(answer.headers).not.toHaveProperty("ok");
    expect(server.log.entries).toHaveLength(1);
    expect(server.log.entries[0]).toMatchObject({
      level: "error",
      fields: { function: "GET /", routeKey: "GET /" },
    });
  });
});

describe("the bounds on HTTP requests", () => {
  it.each([
    ["announced", { "content-length": "11" }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("refuse a body that is too long, %s, with 413", async (_, headers) => {
    await using server = await serveRoutes({ "POST /": named("never") }, { bodyBytes: 10 });
    const answer = await server.fetch("/", { method: "POST", body: "x".repeat(11), headers });
    expect([answer.status, answer.headers.connection]).toEqual([413, "close"]);
    expect((await server.fetch("/", { method: "POST", body: "x".repeat(10) })).text).toBe("never");
  });

  it("refuse more requests and more bytes than may wait with 503, and take the next ones", async () => {
    const gates: (() => void)[] = [];
    const wait = () => new Promise((resolve) => gates.push(() => resolve({ statusCode: 200, body: "ok" })));
    await using server = await serveRoutes(
      { "POST /": wait },
      { requestsInFlight: 2, bodyBytesInFlight: 15 },
    );
    const first = server.fetch("/", { method: "POST", body: "x".repeat(10) });
    while (gates.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect((await server.fetch("/", { method: "POST", body: "x".repeat(10) })).status).toBe(503);
    const second = server.fetch("/", { method: "POST", body: "x" });
    while (gates.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect((await server.fetch("/", { method: "POST" })).status).toBe(503);
    for (const open of gates) open();
    expect([(await first).text, (await second).text]).toEqual(["ok", "ok"]);
    const third = server.fetch("/", { method: "POST", body: "x".repeat(15) });
    while (gates.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    gates[2]?.();
    expect((await third).text).toBe("ok");
  });

  it("free what a client held that left in the middle of its body", async () => {
    await using server = await serveRoutes({ "POST /": named("ok") }, { bodyBytesInFlight: 9 });
    const post = () => server.fetch("/", { method: "POST", body: "123456" });
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await post()).status).toBe(503);
    socket.destroy();
    let status = 0;
    while (status !== 200) ({ status } = await post());
    expect(server.log.entries).toEqual([]);
  });

  it("keep nobody out for the sake of those who take their time with their bodies", async () => {
    await using server = await serveRoutes({ "POST /": named("ok") }, { requestsInFlight: 1 });
    const slow = connect(server.port, "127.0.0.1");
    slow.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
    for (let count = 0; count < 5; count++)
      expect((await server.fetch("/", { method: "POST", body: "all of it" })).status).toBe(200);
    slow.destroy();
  });
});

describe("a route of API Gateway's", () => {
  it("says so in its event, and its answers and refusals are those of its kind", async () => {
    const events: HttpEvent[] = [];
    const aws = { payload: "2.0", apiId: "abc", stage: "$default" } as const;
    const handler = createHttpHandler({
      routes: [
        { method: "GET", path: "/plain", function: "plain", aws },
        { method: "GET", path: "/fails", function: "fails", aws },
      ],
      invoker: new MemoryInvoker({
        plain: (event) => {
          events.push(event as HttpEvent);
          return { hello: "world" };
        },
        fails: () => {
          throw new Error("on purpose");
        },
      }),
      clock: systemClock,
      log: memoryLog(),
      next: (_request, response) => response.writeHead(404).end(),
    });
    await using server = await serveHttp(handler);
    expect(await server.fetch("/plain")).toMatchObject({ status: 200, text: '{"hello":"world"}' });
    expect(events[0]?.aws).toEqual(aws);
    expect(await server.fetch("/fails")).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
  });
});
