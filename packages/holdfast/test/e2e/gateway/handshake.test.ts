import { describe, expect, it } from "vitest";
import { GoneError } from "../../../src/base/errors.ts";
import type { ConnectEvent, InvocationEvent } from "../../../src/model/gateway-event.ts";
import type { InvocationResult } from "../../../src/ports/invoker.ts";
import { defaultLimits } from "../../../src/model/defaults.ts";
import { eventually, makeApi, makeRoute, sampleAccept, startRig, upgradeRequest } from "./rig.ts";

const accept = () => ({ statusCode: 200 });
const idPattern = "[A-Za-z0-9_-]{18}==";
const requestIdPattern = "[A-Za-z0-9_-]{15}=";

describe("an accepted handshake", () => {
  it("is answered with exactly the captured headers", async () => {
    await using rig = await startRig({ functions: { $connect: accept } });
    const client = await rig.raw();
    client.write(
      upgradeRequest("/dev", { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" }),
    );
    await client.until((text) => text.includes("\r\n\r\n"));
    expect(client.text).toMatch(
      new RegExp(
        "^HTTP/1\\.1 101 Switching Protocols\\r\\n" +
          "Date: \\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT\\r\\n" +
          "Connection: upgrade\\r\\nUpgrade: websocket\\r\\n" +
          `Sec-WebSocket-Accept: ${sampleAccept.replaceAll("+", "\\+")}\\r\\n\\r\\n$`,
      ),
    );
  });

  it.each([200, 201, 299])("follows a %i of the function", async (statusCode) => {
    await using rig = await startRig({ functions: { $connect: () => ({ statusCode }) } });
    const client = await rig.connect();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it("needs no $connect route", async () => {
    await using rig = await startRig({ functions: { $default: accept } });
    const client = await rig.connect();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it("chooses a sub-protocol only when the function returned it", async () => {
    await using rig = await startRig({
      functions: {
        $connect: (event) =>
          (event as ConnectEvent).query.length > 0
            ? { statusCode: 200, headers: { "sec-websocket-PROTOCOL": "b" } }
            : { statusCode: 200 },
      },
    });
    const chosen = await rig.connect({ path: "/dev?choose", protocols: ["a", "b"] });
    expect(chosen.socket.protocol).toBe("b");
    const raw = await rig.raw();
    raw.write(upgradeRequest("/dev", { "Sec-WebSocket-Protocol": "a, b" }));
    await raw.until((text) => text.includes("\r\n\r\n"));
    expect(raw.text).toMatch(/^HTTP\/1\.1 101 /);
    expect(raw.text.toLowerCase()).not.toContain("sec-websocket-protocol");
  });

  it("tells the function what the client sent, as it sent it", async () => {
    const events: InvocationEvent[] = [];
    await using rig = await startRig({
      functions: { $connect: (event) => (events.push(event), { statusCode: 200 }) },
    });
    const raw = await rig.raw();
    raw.write(
      upgradeRequest("/dev?a=1&repeat=first&repeat=second&text=%C3%A4+b", {
        "X-ProBe": "Value",
        "User-Agent": "probe/1",
      }),
    );
    await raw.until((text) => text.includes("\r\n\r\n"));
    const [event] = events as ConnectEvent[];
    expect(event).toMatchObject({
      kind: "connect",
      routeKey: "$connect",
      secure: false,
      port: rig.port,
      query: [
        ["a", "1"],
        ["repeat", "first"],
        ["repeat", "second"],
        ["text", "ä b"],
      ],
      connection: {
        apiName: "chat",
        apiId: "a1b2c3",
        stage: "dev",
        domainName: `localhost:${rig.port}`,
        sourceIp: "127.0.0.1",
        userAgent: "probe/1",
      },
    });
    expect(event?.headers).toContainEqual(["X-ProBe", "Value"]);
    expect(event?.connection.connectionId).toMatch(new RegExp(`^${idPattern}$`));
    expect(event?.requestId).toMatch(new RegExp(`^${requestIdPattern}$`));
    const seconds = Math.floor((event?.connection.connectedAt ?? 0) / 1000).toString(16);
    expect(event?.traceId).toMatch(new RegExp(`^Root=1-${seconds}-[0-9a-f]{24}$`));
    expect(event?.connection.connectedAt).toBeLessThanOrEqual(event?.requestTimeMs ?? 0);
    expect(event?.connection).not.toHaveProperty("stageVariables");
    expect(event?.connection).not.toHaveProperty("pathParameters");
  });

  it("keeps the attributes that the function set, in later events and in describe", async () => {
    const events: InvocationEvent[] = [];
    await using rig = await startRig({
      functions: {
        $connect: (event) => (events.push(event), { statusCode: 200, attributes: { name: "Ann", age: 20 } }),
        $default: (event) => void events.push(event),
        $disconnect: (event) => void events.push(event),
      },
    });
    const client = await rig.connect();
    client.send("hello");
    await eventually(() => events.length === 2);
    client.socket.close();
    await eventually(() => events.length === 3);
    const [first, second, third] = events.map((event) =>
      !("connection" in event) ? undefined : event.connection,
    );
    expect(first).not.toHaveProperty("attributes");
    expect(second?.attributes).toEqual({ name: "Ann", age: 20 });
    expect(third).toBe(second);
  });
});

describe("a refused handshake", () => {
  it.each([
    [301, "moved"],
    [401, '{"why":"no token"}'],
    [403, ""],
    [501, "not yet: äöü"],
  ])("has the function's status %i and its body verbatim", async (statusCode, body) => {
    await using rig = await startRig({
      functions: { $connect: () => ({ statusCode, body, headers: { "x-own": "1" } }), $disconnect: accept },
    });
    const answer = await rig.refusal();
    expect(answer).toMatchObject({ status: statusCode, body });
    expect(answer.headers["content-type"]).toBe("application/json; charset=UTF-8");
    expect(answer.headers["x-amz-apigw-id"]).toMatch(new RegExp(`^${requestIdPattern}$`));
    expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(body)));
    expect(answer.headers).not.toHaveProperty("x-own");
  });

  it("decodes a base64 body", async () => {
    await using rig = await startRig({
      functions: { $connect: () => ({ statusCode: 400, body: "aGk=", isBase64Encoded: true }) },
    });
    expect((await rig.refusal()).body).toBe("hi");
  });

  const cases: [string, number, string, string, () => unknown][] = [
    [
      "a function that throws",
      502,
      "Internal server error",
      "gateway.function-failed",
      () => {
        throw new Error("the database is away");
      },
    ],
    ["an answer that is no object", 500, "Internal server error", "gateway.answer-malformed", () => "yes"],
    ["no answer at all", 500, "Internal server error", "gateway.answer-malformed", () => undefined],
    [
      "an answer without a status code",
      500,
      "Internal server error",
      "gateway.answer-malformed",
      () => ({ body: "" }),
    ],
    [
      "a status below 200",
      500,
      "Internal server error",
      "gateway.answer-malformed",
      () => ({ statusCode: 101 }),
    ],
    [
      "a sub-protocol that would break the header",
      500,
      "Internal server error",
      "gateway.answer-malformed",
      () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "a\r\nX-Evil: 1" } }),
    ],
    [
      "a function that takes too long",
      504,
      "Endpoint request timed out",
      "gateway.function-no-answer",
      () => new Promise(() => {}),
    ],
  ];
  it.each(cases)(
    "for %s is %i in the gateway's words, and the log says why",
    async (_, status, message, logged, run) => {
      await using rig = await startRig({
        functions: { $connect: run },
        api: makeApi([makeRoute("$connect")], { limits: { ...defaultLimits, integrationTimeoutMs: 50 } }),
      });
      const answer = await rig.refusal();
      expect(answer.status).toBe(status);
      expect(answer.body).toMatch(
        new RegExp(
          `^\\{"message": "${message}", "connectionId":"${idPattern}", "requestId":"${requestIdPattern}"\\}$`,
        ),
      );
      expect(rig.events(logged)).toHaveLength(1);
      const requestId = /"requestId":"(.*)"/.exec(answer.body)?.[1];
      expect(answer.headers["x-amz-apigw-id"]).toBe(requestId);
      expect(rig.events(logged)[0]?.fields).toMatchObject({ requestId, function: "$connect", api: "chat" });
    },
  );

  it("for a function that does not exist is 500, and the log names the function", async () => {
    await using rig = await startRig({ functions: {}, api: makeApi([makeRoute("$connect")]) });
    const answer = await rig.refusal();
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('{"message": "Internal server error", ');
    expect(rig.events("gateway.function-missing")[0]?.fields.message).toContain('"$connect"');
  });

  const broken = new Error("broken");
  const throwIt = (): Promise<InvocationResult> => {
    throw broken;
  };
  it.each([
    ["rejects", () => Promise.reject<InvocationResult>(broken)],
    ["throws", throwIt],
  ])("reports an invoker that breaks its word and %s as a failed function", async (_, invoke) => {
    await using rig = await startRig({
      functions: {},
      api: makeApi([makeRoute("$connect")]),
      invoker: { invoke, forget: () => {} },
    });
    expect((await rig.refusal()).status).toBe(502);
  });

  it("never runs $disconnect", async () => {
    const disconnects: InvocationEvent[] = [];
    await using rig = await startRig({
      functions: {
        $connect: () => ({ statusCode: 403 }),
        $disconnect: (event) => void disconnects.push(event),
      },
    });
    await rig.refusal();
    await rig.gateway.stop();
    expect(disconnects).toEqual([]);
  });
});

describe("inside $connect", () => {
  it("the connection cannot be reached, and afterwards it can", async () => {
    const failures: unknown[] = [];
    await using rig = await startRig({
      functions: {
        $connect: async (event) => {
          const { connectionId } = (event as ConnectEvent).connection;
          await rig.gateway.send(connectionId, "early").catch((error: unknown) => failures.push(error));
          await rig.gateway.close(connectionId).catch((error: unknown) => failures.push(error));
          await rig.gateway.describe(connectionId).catch((error: unknown) => failures.push(error));
          return { statusCode: 200, attributes: { connectionId } };
        },
        $default: async (event) => {
          if (event.kind === "message") await rig.gateway.send(event.connection.connectionId, "late");
        },
      },
    });
    const client = await rig.connect();
    expect(failures).toHaveLength(3);
    for (const failure of failures) expect(failure).toBeInstanceOf(GoneError);
    client.send("go");
    expect(await client.next()).toBe("late");
  });
});

describe("an upgrade request that is no handshake", () => {
  it.each([
    ["without a key", { "Sec-WebSocket-Key": undefined }, 400, ""],
    ["with a short key", { "Sec-WebSocket-Key": "c2hvcnQ=" }, 400, ""],
    ["without a version", { "Sec-WebSocket-Version": undefined }, 426, "sec-websocket-version: 13"],
    ["without a host", { Host: undefined }, 400, ""],
    ["with two hosts", { "X-Other": "1\r\nHost: elsewhere" }, 400, ""],
    // Its body would be read as frames.
    ["with a body", { "Content-Length": "5" }, 400, ""],
    ["with a body of unknown length", { "Transfer-Encoding": "chunked" }, 400, ""],
    ["with an old version", { "Sec-WebSocket-Version": "8" }, 426, "sec-websocket-version: 13"],
  ])("%s is refused", async (_, changes, status, header) => {
    await using rig = await startRig({ functions: { $connect: accept } });
    const raw = await rig.raw();
    raw.write(upgradeRequest("/dev", changes));
    await raw.closed;
    expect(raw.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(raw.text).toContain(header);
  });

  it("by POST is refused with 405", async () => {
    await using rig = await startRig({ functions: { $connect: accept } });
    const raw = await rig.raw();
    raw.write(upgradeRequest("/dev").replace("GET", "POST"));
    await raw.closed;
    expect(raw.text).toMatch(/^HTTP\/1\.1 405 [^]*\r\nallow: GET\r\n/);
  });

  it("to HTTP/2 is served as a plain request", async () => {
    await using rig = await startRig({ functions: {}, http: (_request, response) => response.end("plain") });
    const raw = await rig.raw();
    raw.write(upgradeRequest("/page", { Connection: "Upgrade, close", Upgrade: "h2c" }));
    await raw.until((text) => text.includes("plain"));
    expect(raw.text).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("the bound on pending handshakes", () => {
  it("refuses the next one with 503, and takes it when one is done", async () => {
    const answers: ((answer: unknown) => void)[] = [];
    await using rig = await startRig({
      functions: { $connect: () => new Promise((resolve) => answers.push(resolve)) },
      limits: { pendingHandshakes: 2 },
    });
    const waiting = [rig.connect(), rig.connect()];
    await eventually(() => answers.length === 2);
    expect((await rig.refusal()).status).toBe(503);
    for (const answer of answers) answer({ statusCode: 200 });
    await Promise.all(waiting);
    const third = rig.connect();
    await eventually(() => answers.length === 3);
    answers[2]?.({ statusCode: 200 });
    await third;
  });
});
