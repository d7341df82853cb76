import { describe, expect, it } from "vitest";
import { defaultLimits } from "../../../src/model/defaults.ts";
import type { InvocationEvent, MessageEvent } from "../../../src/model/gateway-event.ts";
import { clientFrame, eventually, makeApi, makeRoute, startRig, upgradeRequest } from "./rig.ts";

const accept = () => ({ statusCode: 200 });
const connectionIdOf = (event: InvocationEvent): string =>
  !("connection" in event) ? "" : event.connection.connectionId;

describe("a message", () => {
  it("runs the function of its route with the facts of its connection", async () => {
    const events: MessageEvent[] = [];
    await using rig = await startRig({
      functions: { join: (event) => void events.push(event as MessageEvent), $default: accept },
    });
    const client = await rig.connect();
    const body = '{"action":"join","text":"ä\\u0000"}';
    client.send(body);
    client.send(body);
    await eventually(() => events.length === 2);
    const [first, second] = events;
    expect(first).toMatchObject({ kind: "message", routeKey: "join", body, isBase64Encoded: false });
    expect(first?.connection.connectionId).toHaveLength(20);
    expect(first?.messageId).toHaveLength(20);
    expect(first?.messageId.slice(9)).toBe(first?.connection.connectionId.slice(9));
    expect(first?.messageId).not.toBe(second?.messageId);
    expect(first?.requestId).not.toBe(second?.requestId);
    expect(second?.connection).toBe(first?.connection);
  });

  it.each([
    ["an unknown key", '{"action":"unknown"}'],
    ["no key", '{"x":1}'],
    ["no JSON", "plain text"],
    ["the key $default itself", '{"action":"$default"}'],
    ["nothing in it", ""],
  ])("with %s goes to $default, whose key the event carries", async (_, body) => {
    const keys: string[] = [];
    await using rig = await startRig({
      functions: {
        join: accept,
        $default: (event) => void ("connection" in event && keys.push(event.routeKey)),
      },
    });
    const client = await rig.connect();
    client.send(body);
    await eventually(() => keys.length === 1);
    expect(keys).toEqual(["$default"]);
  });

  it.each(["unknown", "$default", "$connect", "$disconnect"])(
    "without a route (%s) gets the Forbidden frame, byte for byte, and the log says what there is",
    async (action) => {
      let id = "";
      await using rig = await startRig({
        functions: {
          $connect: (event) => ((id = connectionIdOf(event)), { statusCode: 200 }),
          join: accept,
          play: accept,
        },
      });
      const client = await rig.upgraded();
      client.write(clientFrame(1, JSON.stringify({ action })));
      await client.until((text) => text.endsWith('"}'));
      const payload = client.text.slice(2);
      expect(client.received[0]).toBe(0x81);
      expect(client.received[1]).toBe(payload.length);
      expect(payload).toMatch(
        new RegExp(`^\\{"message": "Forbidden", "connectionId":"${id}", "requestId":"[\\w-]{15}="\\}$`),
      );
      const [entry] = rig.events("gateway.forbidden");
      expect(entry?.level).toBe("warn");
      expect(entry?.fields).toMatchObject({ connectionId: id, routeKeys: ["join", "play"] });
      expect(entry?.fields.message).toContain("Its routes: join, play");
    },
  );

  it("for $connect or $disconnect is Forbidden even where there is a $default", async () => {
    await using rig = await startRig({
      functions: { $connect: accept, $disconnect: accept, $default: accept },
    });
    const client = await rig.connect();
    client.send({ action: "$connect" });
    client.send({ action: "$disconnect" });
    expect(await client.next()).toContain('"message": "Forbidden"');
    expect(await client.next()).toContain('"message": "Forbidden"');
  });

  it("whose function fails gets the Internal server error frame on one-way routes too, and the next one is served", async () => {
    await using rig = await startRig({
      functions: {
        throws: () => {
          throw new TypeError("x is not a function");
        },
        echo: (event) => rig.gateway.send(connectionIdOf(event), "fine"),
      },
      api: makeApi([makeRoute("throws"), makeRoute("absent"), makeRoute("echo")]),
    });
    const client = await rig.connect();
    for (const action of ["throws", "absent"]) {
      client.send({ action });
      const frame = await client.next();
      expect(frame).toMatch(
        /^\{"message": "Internal server error", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/,
      );
    }
    client.send({ action: "echo" });
    expect(await client.next()).toBe("fine");
    const [failed] = rig.events("gateway.function-failed");
    expect(failed?.level).toBe("error");
    expect(failed?.fields.error).toMatchObject({ name: "TypeError", message: "x is not a function" });
    expect(rig.events("gateway.function-missing")[0]?.fields.message).toContain('"absent"');
  });

  it("whose function takes too long gets the timed-out frame, and what the function returns later nothing", async () => {
    const answer = Promise.withResolvers<unknown>();
    await using rig = await startRig({
      functions: { slow: () => answer.promise, echo: () => ({ statusCode: 200, body: "after" }) },
      api: makeApi([makeRoute("slow", { responds: true }), makeRoute("echo", { responds: true })], {
        limits: { ...defaultLimits, integrationTimeoutMs: 60 },
      }),
    });
    const client = await rig.connect();
    client.send({ action: "slow" });
    expect(await client.next()).toMatch(
      /^\{"message": "Endpoint request timed out", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/,
    );
    answer.resolve({ statusCode: 200, body: "late" });
    client.send({ action: "echo" });
    expect(await client.next()).toBe("after");
  });

  it("uses the route's own timeout when it is the shorter one", async () => {
    const integration = { kind: "function", function: "slow", proxy: true, timeoutMs: 50 } as const;
    await using rig = await startRig({
      functions: { slow: () => new Promise(() => {}) },
      api: makeApi([makeRoute("slow", { integration })]),
    });
    const client = await rig.connect();
    client.send({ action: "slow" });
    expect(await client.next()).toContain("Endpoint request timed out");
  });

  it("that came with the handshake is not lost", async () => {
    const bodies: string[] = [];
    await using rig = await startRig({
      functions: {
        $connect: () => new Promise((resolve) => setTimeout(() => resolve({ statusCode: 200 }), 20)),
        $default: (event) => void (event.kind === "message" && bodies.push(event.body)),
      },
    });
    const client = await rig.raw();
    client.write(
      Buffer.concat([Buffer.from(upgradeRequest()), clientFrame(1, "one"), clientFrame(1, "two")]),
    );
    await eventually(() => bodies.length === 2);
    expect(bodies).toEqual(["one", "two"]);
  });

  it("may come in fragments with a ping between them", async () => {
    const bodies: string[] = [];
    await using rig = await startRig({
      functions: { $default: (event) => void (event.kind === "message" && bodies.push(event.body)) },
    });
    const client = await rig.upgraded();
    client.write(clientFrame(1, "he", { fin: false }));
    client.write(clientFrame(9, "?"));
    client.write(clientFrame(0, "llo"));
    await eventually(() => bodies.length === 1);
    expect(bodies).toEqual(["hello"]);
    expect(await client.bytes(3)).toEqual(Buffer.from([0x8a, 1, 0x3f]));
  });
});

describe("a route response", () => {
  const respond = (payload: unknown) =>
    startRig({
      functions: { ask: () => payload, after: () => ({ statusCode: 200, body: "after" }) },
      api: makeApi([makeRoute("ask", { responds: true }), makeRoute("after", { responds: true })]),
    });

  it.each([
    ["its body exactly", { statusCode: 200, body: '{"a": 1}' }, '{"a": 1}'],
    ["its body whatever the status", { statusCode: 500, body: "no" }, "no"],
    ["its body decoded from base64", { statusCode: 200, body: "w6Q=", isBase64Encoded: true }, "ä"],
    ["an empty body", { statusCode: 200, body: "" }, ""],
  ])("is %s", async (_, payload, text) => {
    await using rig = await respond(payload);
    const client = await rig.connect();
    client.send({ action: "ask" });
    expect(await client.next()).toBe(text);
  });

  it.each([
    ["has no body", { statusCode: 200 }],
    ["is nothing", undefined],
  ])("that %s is no frame", async (_, payload) => {
    await using rig = await respond(payload);
    const client = await rig.connect();
    client.send({ action: "ask" });
    client.send({ action: "after" });
    expect(await client.next()).toBe("after");
    expect(rig.events("gateway.answer-malformed")).toEqual([]);
  });

  it.each([
    ["is no proxy response", "text"],
    ["is longer than a message may be", { statusCode: 200, body: "x".repeat(131_073) }],
  ])("that %s is the Internal server error frame, and the log says why", async (_, payload) => {
    await using rig = await respond(payload);
    const client = await rig.connect();
    client.send({ action: "ask" });
    expect(await client.next()).toContain('{"message": "Internal server error", ');
    expect(rig.events("gateway.answer-malformed")).toHaveLength(1);
  });

  it("of a one-way route does not reach the client", async () => {
    await using rig = await startRig({
      functions: {
        ask: () => ({ statusCode: 200, body: "secret" }),
        after: () => ({ statusCode: 200, body: "after" }),
      },
      api: makeApi([makeRoute("ask"), makeRoute("after", { responds: true })]),
    });
    const client = await rig.connect();
    client.send({ action: "ask" });
    client.send({ action: "after" });
    expect(await client.next()).toBe("after");
  });
});

describe("messages of one connection", () => {
  it("run concurrently", async () => {
    const running: (() => void)[] = [];
    await using rig = await startRig({
      functions: { $default: () => new Promise<void>((resolve) => running.push(resolve)) },
    });
    const client = await rig.connect();
    for (let count = 0; count < 5; count++) client.send(String(count));
    await eventually(() => running.length === 5);
    expect(running).toHaveLength(5);
    for (const finish of running) finish();
  });

  it("on ordered routes run one after another, while others overtake them", async () => {
    const started: string[] = [];
    const gates: (() => void)[] = [];
    await using rig = await startRig({
      functions: {
        first: (event) => {
          if (event.kind === "message") started.push(event.body);
          return new Promise<void>((resolve) => gates.push(resolve));
        },
        free: () => void started.push("free"),
      },
      api: makeApi([makeRoute("first", { ordered: true }), makeRoute("free")]),
    });
    const client = await rig.connect();
    const body = (n: number) => JSON.stringify({ action: "first", n });
    for (const n of [1, 2, 3]) client.send(body(n));
    client.send({ action: "free" });
    await eventually(() => started.length === 2);
    expect(started).toEqual([body(1), "free"]);
    gates[0]?.();
    await eventually(() => started.length === 3);
    gates[1]?.();
    await eventually(() => started.length === 4);
    expect(started).toEqual([body(1), "free", body(2), body(3)]);
    gates[2]?.();
  });

  it("above the connection's bound wait in the socket, and all are served in the end", async () => {
    let running = 0;
    let most = 0;
    let served = 0;
    await using rig = await startRig({
      functions: {
        $default: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 1));
          running -= 1;
          served += 1;
        },
      },
      bounds: { messagesInFlightPerConnection: 4 },
    });
    const client = await rig.connect();
    for (let count = 0; count < 500; count++) client.send(`message ${count}`);
    await eventually(() => served === 500);
    expect(most).toBe(4);
  });

  it("above the gateway's bound wait, and every connection gets its turn", async () => {
    let running = 0;
    let most = 0;
    const served = new Map<string, number>();
    await using rig = await startRig({
      functions: {
        $default: async (event) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 1));
          running -= 1;
          served.set(connectionIdOf(event), (served.get(connectionIdOf(event)) ?? 0) + 1);
        },
      },
      bounds: { messagesInFlightPerGateway: 3 },
    });
    const clients = await Promise.all([
      rig.connect(),
      rig.connect(),
      rig.connect(),
      rig.connect(),
      rig.connect(),
    ]);
    for (const client of clients) for (let count = 0; count < 40; count++) client.send(`message ${count}`);
    await eventually(() => served.size === 5 && [...served.values()].every((count) => count === 40));
    expect(most).toBe(3);
  });
});
