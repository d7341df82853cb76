import { describe, expect, it } from "vitest";
import { HoldfastError } from "../../../src/base/errors.ts";
import type { LogEntry } from "../../../src/base/log.ts";
import type { MemoryFunction } from "../../../src/host/memory-invoker.ts";
import { defaultLimits } from "../../../src/model/defaults.ts";
import { apiId } from "../../../src/model/names.ts";
import { call } from "../management/management-rig.ts";
import { startFront } from "./front-rig.ts";
import { clientFrame, eventually, makeApi, makeRoute, startRig, upgradeRequest } from "./rig.ts";

/** The one entry of a log from `warn` on, or of `level`: its event and what a person reads. */
function cause(entries: readonly LogEntry[], level: LogEntry["level"] = "warn") {
  const shown = entries.filter((entry) => entry.level === level || entry.level === "error");
  expect(shown.map(({ event }) => event)).toHaveLength(1);
  const { event, fields } = shown[0] as LogEntry;
  return { event, message: fields.message ?? "", hint: hintOf(fields) };
}

/** Beside the line, or with the error, as `holdfast dev` shows it. */
function hintOf({ hint, error }: LogEntry["fields"]): string {
  if (typeof hint === "string") return hint;
  return (error as { hint?: string } | undefined)?.hint ?? "";
}

const fail: MemoryFunction = () => {
  throw new Error("the database is away");
};

describe("a client that hears Forbidden", () => {
  it.each([
    ['{"action":"jion"}', 'There is no route "jion"'],
    ['{"x":1}', "$request.body.action is missing in the message"],
    ["plain", "The message is not JSON"],
    ['{"action":"$connect"}', 'A message cannot take the route "$connect"'],
  ])("for %s: the log says why, and which routes there are", async (text, why) => {
    await using rig = await startRig({ functions: { join: () => undefined, leave: () => undefined } });
    const client = await rig.connect();
    client.send(text);
    expect(await client.next()).toContain("Forbidden");
    const { event, message } = cause(rig.log.entries);
    expect(event).toBe("gateway.forbidden");
    expect(message).toContain(why);
    expect(message).toContain("Its routes: join, leave");
  });
});

describe("a client that hears Internal server error", () => {
  const cases: [string, MemoryFunction, string, string][] = [
    ["a handler that threw", fail, "gateway.function-failed", "the database is away"],
    ["a reply that is no response", () => "text", "gateway.answer-malformed", "no object with a statusCode"],
    [
      "a reply that is too long",
      () => ({ statusCode: 200, body: "x".repeat(131_073) }),
      "gateway.answer-malformed",
      "longer than 131072 bytes",
    ],
  ];
  it.each(cases)("for %s: the log says so", async (_, run, event, why) => {
    await using rig = await startRig({
      functions: { go: run },
      api: makeApi([makeRoute("go", { responds: true })]),
    });
    const client = await rig.connect();
    client.send({ action: "go" });
    expect(await client.next()).toContain("Internal server error");
    expect(cause(rig.log.entries)).toMatchObject({ event, message: expect.stringContaining(why) });
  });

  it("has the handler's error with the place where it was thrown", async () => {
    await using rig = await startRig({ functions: { go: fail } });
    const client = await rig.connect();
    client.send({ action: "go" });
    await client.next();
    expect(rig.events("gateway.function-failed")).toMatchObject([
      { fields: { error: { stack: expect.stringContaining("causes.test.ts") } } },
    ]);
  });

  it("for a function that is not there: the log names it and says what to do", async () => {
    await using rig = await startRig({ functions: {}, api: makeApi([makeRoute("go")]) });
    const client = await rig.connect();
    client.send({ action: "go" });
    expect(await client.next()).toContain("Internal server error");
    const { event, message, hint } = cause(rig.log.entries);
    expect(event).toBe("gateway.function-missing");
    expect(message).toContain('Function "go" of go does not exist');
    expect(hint).toContain("does not export");
  });

  it("for a post to a connection that has left, which the handler did not catch", async () => {
    let other = "";
    await using rig = await startRig({
      functions: {
        $connect: (event) => {
          if ("connection" in event) other ||= event.connection.connectionId;
          return { statusCode: 200 };
        },
        $disconnect: () => undefined,
        go: () => rig.gateway.send(other, "hello?"),
      },
    });
    const gone = await rig.connect();
    gone.socket.close();
    await gone.closed;
    await eventually(() => rig.gateway.stateOf(other) === "gone");
    const client = await rig.connect();
    client.send({ action: "go" });
    expect(await client.next()).toContain("Internal server error");
    const { message, hint } = cause(rig.log.entries);
    expect(message).toContain(`Connection ${other} is gone`);
    expect(hint).toContain("The client has left. Remove what you keep about it");
  });
});

describe("a client that hears", () => {
  it("Endpoint request timed out: the log says how long was waited", async () => {
    await using rig = await startRig({
      functions: { go: () => new Promise((resolve) => setTimeout(resolve, 300)) },
      api: makeApi([makeRoute("go")], { limits: { ...defaultLimits, integrationTimeoutMs: 50 } }),
    });
    const client = await rig.connect();
    client.send({ action: "go" });
    expect(await client.next()).toContain("Endpoint request timed out");
    const { event, message, hint } = cause(rig.log.entries);
    expect(event).toBe("gateway.function-no-answer");
    expect(message).toContain("within 50 ms");
    expect(hint).toContain("Answer sooner");
  });

  it("Bad request body: the log says what does not fit", async () => {
    await using rig = await startRig({
      functions: {
        go: () => {
          throw new HoldfastError("BODY_INVALID", "The message does not fit: age is no number");
        },
      },
    });
    const client = await rig.connect();
    client.send({ action: "go" });
    expect(await client.next()).toContain("Bad request body");
    expect(cause(rig.log.entries)).toMatchObject({
      event: "gateway.bad-request-body",
      message: expect.stringContaining("age is no number"),
    });
  });
});

describe("a handshake that is refused", () => {
  const upgrades: [string, string, number, string, string][] = [
    [
      "at a place where nothing is",
      upgradeRequest("/prod?token=secret"),
      403,
      "no WebSocket API is there",
      "/dev",
    ],
    [
      "behind the stage",
      upgradeRequest("/dev/chat"),
      403,
      "no WebSocket API is there",
      "with nothing behind it",
    ],
    [
      "without a key",
      upgradeRequest("/dev", { "Sec-WebSocket-Key": undefined }),
      400,
      "Sec-WebSocket-Key",
      "proxy",
    ],
    [
      "with an old version",
      upgradeRequest("/dev", { "Sec-WebSocket-Version": "8" }),
      426,
      "Sec-WebSocket-Version is not 13",
      "proxy",
    ],
    ["with a body", upgradeRequest("/dev", { "Content-Length": "5" }), 400, "it has a body", "proxy"],
    ["by POST", upgradeRequest().replace("GET", "POST"), 405, "its method is POST", "proxy"],
  ];
  it.each(upgrades)("%s: the log says why", async (_, request, status, why, what) => {
    await using rig = await startRig({ functions: {} });
    const client = await rig.raw();
    client.write(request);
    await client.closed;
    expect(client.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { event, message, hint } = cause(rig.log.entries);
    expect(event).toBe("listener.handshake-refused");
    expect(message).toContain(`was refused with ${status}`);
    expect(message).toContain(why);
    expect(message).not.toContain("secret");
    expect(hint).toContain(what);
  });

  it("by the handler: the log says whose answer it was", async () => {
    await using rig = await startRig({ functions: { $connect: () => ({ statusCode: 403, body: "no" }) } });
    expect((await rig.refusal()).status).toBe(403);
    const { event, message } = cause(rig.log.entries, "info");
    expect(event).toBe("gateway.connection-refused");
    expect(message).toBe('Function "$connect" refused a connection: its $connect answered with status 403');
  });

  const handlers: [string, MemoryFunction, number, string, string][] = [
    ["that threw", fail, 502, "gateway.function-failed", "the database is away"],
    ["that answered nothing usable", () => ({ ok: true }), 500, "gateway.answer-malformed", "statusCode"],
    [
      "that answered with a status that ends no handshake",
      () => ({ statusCode: 101 }),
      500,
      "gateway.answer-malformed",
      "status 101 cannot end a handshake",
    ],
  ];
  it.each(handlers)("for a handler %s: the log says so", async (_, run, status, event, why) => {
    await using rig = await startRig({ functions: { $connect: run } });
    expect((await rig.refusal()).status).toBe(status);
    expect(cause(rig.log.entries)).toMatchObject({ event, message: expect.stringContaining(why) });
  });

  it("for a handler that posts to its own connection: the log says that this comes too early", async () => {
    await using rig = await startRig({
      functions: {
        $connect: (event) =>
          "connection" in event ? rig.gateway.send(event.connection.connectionId, "welcome") : undefined,
      },
    });
    expect((await rig.refusal()).status).toBe(502);
    const { event, hint } = cause(rig.log.entries);
    expect(event).toBe("gateway.function-failed");
    expect(hint).toContain("Its $connect still runs");
    expect(hint).toContain("open handler");
  });

  it("for a URL that is too long: the log says how long it may be", async () => {
    await using rig = await startRig({ functions: {} });
    expect((await rig.refusal({ path: `/dev?${"x".repeat(4092)}` })).status).toBe(414);
    const { message, hint } = cause(rig.log.entries);
    expect(message).toContain("4097 bytes, and 4096 are allowed");
    expect(hint).toContain("limits.urlBytes");
  });

  it("for want of room: the log says how many wait", async () => {
    const gate = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    await using rig = await startRig({
      functions: { $connect: () => (started.resolve(), gate.promise) },
      limits: { pendingHandshakes: 1 },
    });
    const first = rig.connect();
    await started.promise;
    const waiting = await rig.raw();
    waiting.write(upgradeRequest());
    await waiting.closed;
    expect(waiting.text).toContain("503");
    expect(cause(rig.log.entries).message).toContain("1 handshakes wait for $connect");
    gate.resolve({ statusCode: 200 });
    await first;
  });
});

describe("a request for an API's name on AWS that", () => {
  it("asks for nothing that is there, is told no more than Forbidden: the log says what is", async () => {
    await using rig = await startFront({ functions: {} });
    const host = `${apiId("games", "chat")}.execute-api.us-east-1.amazonaws.com`;
    const { status } = await call(rig, { method: "GET", path: "/dev/chat", headers: { Host: host } });
    expect(status).toBe(403);
    const { message, hint } = cause(rig.log.entries);
    expect(message).toContain(`GET /dev/chat on ${host} was refused with 403`);
    expect(hint).toContain("/{stage}/@connections");
  });
});

describe("a client that is closed", () => {
  const frames: [number, string, Buffer, string, string][] = [
    [1003, "binary", clientFrame(2, "x"), "it sent a binary message", 'binary: "allow"'],
    [1002, "a reserved bit", Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), "RSV1", "RFC 6455"],
    [1007, "bad UTF-8", clientFrame(1, Buffer.from([0xff])), "UTF-8", "base64"],
    [1009, "a long frame", clientFrame(1, "x".repeat(32_769)), "32769 bytes is longer", "limits.frameBytes"],
  ];
  it.each(frames)("with %i for %s: the log says why and what to do", async (code, _, bytes, why, what) => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    const client = await rig.upgraded();
    client.write(bytes);
    await client.bytes(4);
    const { event, message, hint } = cause(rig.log.entries);
    expect(event).toBe("gateway.client-fault");
    expect(message).toContain(`is closed with ${code}: `);
    expect(message).toContain(why);
    expect(hint).toContain(what);
  });

  it("for being quiet: the log says after how long, and what keeps a connection open", async () => {
    await using rig = await startRig({
      functions: {},
      api: makeApi([], { limits: { ...defaultLimits, idleTimeoutMs: 50 } }),
    });
    const client = await rig.connect();
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    const { event, message, hint } = cause(rig.log.entries, "info");
    expect(event).toBe("gateway.limit-reached");
    expect(message).toContain("idle for 50 ms");
    expect(hint).toContain("limits.idleTimeoutMs");
  });

  it("for its age: the log says so", async () => {
    await using rig = await startRig({
      functions: {},
      api: makeApi([], { limits: { ...defaultLimits, connectionDurationMs: 50 } }),
    });
    const client = await rig.connect();
    await client.closed;
    const { message, hint } = cause(rig.log.entries, "info");
    expect(message).toContain("open for 50 ms");
    expect(hint).toContain("limits.connectionDurationMs");
  });
});

describe("a call of @connections that fails", () => {
  it("for a connection that is gone: the log says what to do about it", async () => {
    await using rig = await startFront({ functions: {} });
    const { client, id } = await rig.connect();
    client.socket.close();
    await client.closed;
    let status = 0;
    while (status !== 410) ({ status } = await rig.manage("POST", id, { body: "x" }));
    const { message, hint } = cause(rig.log.entries, "info");
    expect(message).toContain(`POST @connections/${id} was answered with 410`);
    expect(hint).toContain("Remove what you keep about it");
  });

  it("within $connect: the log says that it comes too early", async () => {
    await using rig = await startFront({
      functions: {
        $connect: async (event) => {
          const id = "connection" in event ? event.connection.connectionId : "";
          const { status } = await rig.manage("POST", id, { body: "welcome" });
          return { statusCode: status === 410 ? 200 : 500 };
        },
      },
    });
    await rig.connect();
    const { message, hint } = cause(rig.log.entries, "info");
    expect(message).toContain("its $connect still runs");
    expect(hint).toContain("before its $connect has returned");
  });
});
