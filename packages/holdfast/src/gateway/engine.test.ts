import { describe, expect, it } from "vitest";
import { makeApi, makeRoute } from "../../test/e2e/gateway/rig.ts";
import { ManualClock } from "../base/clock.ts";
import { memoryLog } from "../base/log.ts";
import { MemoryInvoker, type MemoryFunction } from "../host/memory-invoker.ts";
import type { Route } from "../model/app-model.ts";
import { defaultLimits } from "../model/defaults.ts";
import type { ConnectEvent, InvocationEvent } from "../model/gateway-event.ts";
import type { InvocationResult } from "../ports/invoker.ts";
import { createGateway } from "./engine.ts";
import type { ConnectionPort, Gateway, GatewaySocket, Handshake } from "./gateway.ts";

const handshake: Handshake = {
  headers: [],
  query: [],
  sourceIp: "127.0.0.1",
  secure: false,
  port: 80,
  target: "/dev",
};

/** A socket in memory: what the gateway did to it. */
class MemorySocket implements GatewaySocket {
  readonly sent: string[] = [];
  readonly closes: [number | undefined, string][] = [];
  paused = false;

  send(frame: Buffer): void {
    this.sent.push(frame.subarray(frame.length < 128 ? 2 : 4).toString());
  }

  close(code: number | undefined, reason: string): void {
    this.closes.push([code, reason]);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

function startGateway(functions: Readonly<Record<string, MemoryFunction>>, routes?: readonly Route[]) {
  const clock = new ManualClock(1_000_000);
  const log = memoryLog();
  const gateway = createGateway({
    api: makeApi(routes ?? Object.keys(functions).map((key) => makeRoute(key))),
    apiId: "a",
    stage: "dev",
    domainName: "localhost",
    node: 0,
    invoker: new MemoryInvoker(functions, { clock, timeoutMs: 1_000_000 }),
    clock,
    log,
    bounds: { messagesInFlightPerConnection: 3 },
  });
  return { clock, log, gateway };
}

async function open(gateway: Gateway): Promise<{ id: string; socket: MemorySocket; port: ConnectionPort }> {
  const answer = await gateway.open(handshake);
  if (answer.kind !== "accepted") throw new Error("refused");
  const socket = new MemorySocket();
  return { id: answer.connectionId, socket, port: answer.attach(socket) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("time", () => {
  it("of the request stands in its trace id, though the second changes while a client connects", async () => {
    const clock = new ManualClock(1_000_000);
    const events: InvocationEvent[] = [];
    const gateway = createGateway({
      api: makeApi([makeRoute("$connect")]),
      apiId: "a",
      stage: "dev",
      domainName: "localhost",
      node: 0,
      invoker: new MemoryInvoker({ $connect: (event) => (events.push(event), { statusCode: 200 }) }),
      clock: {
        now: () => (clock.advance(1000), clock.now()),
        after: (delayMs, callback) => clock.after(delayMs, callback),
      },
      log: memoryLog(),
    });
    await gateway.open(handshake);
    const [event] = events as ConnectEvent[];
    const seconds = Math.floor((event?.requestTimeMs ?? 0) / 1000).toString(16);
    expect(event?.traceId).toMatch(new RegExp(`^Root=1-${seconds.padStart(8, "0")}-[0-9a-f]{24}$`));
  });

  it("ends a connection that was idle for ten minutes with 1001 Going away, and $disconnect says so", async () => {
    const disconnects: unknown[] = [];
    const { clock, gateway, log } = startGateway({
      $disconnect: (event) =>
        void (event.kind === "disconnect" && disconnects.push([event.statusCode, event.reason])),
    });
    const { socket } = await open(gateway);
    clock.advance(599_000);
    expect(socket.closes).toEqual([]);
    clock.advance(2000);
    expect(socket.closes).toEqual([[1001, "Going away"]]);
    await settle();
    expect(disconnects).toEqual([[1001, "Going away"]]);
    expect(log.entries.find(({ event }) => event === "gateway.limit-reached")?.fields.message).toContain(
      "600000 ms",
    );
  });

  it.each(["a message", "a send", "a ping"])("counts from %s", async (what) => {
    const { clock, gateway } = startGateway({ $default: () => undefined });
    const { id, socket, port } = await open(gateway);
    clock.advance(500_000);
    if (what === "a message") port.message("x");
    else if (what === "a send") await gateway.send(id, "x");
    else port.ping();
    await settle();
    clock.advance(500_000);
    expect(socket.closes).toEqual([]);
    clock.advance(101_000);
    expect(socket.closes).toEqual([[1001, "Going away"]]);
  });

  it("ends any connection after two hours", async () => {
    const { clock, gateway } = startGateway({ $default: () => undefined });
    const { socket, port } = await open(gateway);
    for (let minutes = 0; minutes < 119; minutes++) {
      clock.advance(60_000);
      port.message("busy");
    }
    expect(socket.closes).toEqual([]);
    clock.advance(61_000);
    expect(socket.closes).toEqual([[1001, "Going away"]]);
  });

  it("counts by the limits that a deployment brought", async () => {
    const { clock, gateway } = startGateway({ $default: () => undefined });
    const { socket } = await open(gateway);
    clock.advance(5000);
    gateway.deploy(makeApi([makeRoute("$default")], { limits: { ...defaultLimits, idleTimeoutMs: 2000 } }));
    clock.advance(200);
    expect(socket.closes).toEqual([[1001, "Going away"]]);
  });

  it("ends a function's turn after 29 seconds, not before", async () => {
    const { clock, gateway } = startGateway({ slow: () => new Promise(() => {}) });
    const { socket, port } = await open(gateway);
    port.message('{"action":"slow"}');
    await settle();
    clock.advance(28_999);
    expect(socket.sent).toEqual([]);
    clock.advance(1);
    expect(socket.sent[0]).toContain('{"message": "Endpoint request timed out", ');
  });

  it("leaves no timer behind when nobody is connected", async () => {
    const { clock, gateway } = startGateway({ $default: () => undefined });
    const { port } = await open(gateway);
    port.gone();
    await settle();
    // A sweep that went on for ever would never let this end.
    clock.advance(Number.MAX_SAFE_INTEGER / 2);
    expect(clock.now()).toBeGreaterThan(Number.MAX_SAFE_INTEGER / 2);
  });
});

describe("flow", () => {
  it("stops reading at the bound, and goes on when a function is done", async () => {
    const gates: (() => void)[] = [];
    const { gateway } = startGateway({ $default: () => new Promise<void>((resolve) => gates.push(resolve)) });
    const { socket, port } = await open(gateway);
    for (let count = 0; count < 3; count++) port.message("x");
    expect([gates.length, socket.paused]).toEqual([3, false]);
    port.message("x");
    port.message("x");
    expect([gates.length, socket.paused]).toEqual([3, true]);
    gates[0]?.();
    await settle();
    expect([gates.length, socket.paused]).toEqual([4, true]);
    gates[1]?.();
    await settle();
    expect([gates.length, socket.paused]).toEqual([5, false]);
  });

  it("tells what there is: connections, rooms, and messages that run or wait for their turn", async () => {
    const gates: (() => void)[] = [];
    const { gateway } = startGateway(
      {
        quick: () => new Promise<void>((resolve) => gates.push(resolve)),
        turn: () => new Promise<void>((resolve) => gates.push(resolve)),
      },
      [makeRoute("quick"), makeRoute("turn", { ordered: true })],
    );
    expect(gateway.load()).toEqual({ connections: 0, rooms: 0, messagesRunning: 0, messagesWaiting: 0 });
    const { id, port } = await open(gateway);
    await gateway.join("lobby", id);
    for (const action of ["turn", "turn", "quick", "quick"]) port.message(JSON.stringify({ action }));
    // Three are this connection's bound, of which one waits for the other of its route.
    expect(gateway.load()).toEqual({ connections: 1, rooms: 1, messagesRunning: 2, messagesWaiting: 2 });
    while (gates.length > 0) {
      gates.shift()?.();
      await settle();
    }
    port.gone();
    await settle();
    expect(gateway.load()).toEqual({ connections: 0, rooms: 0, messagesRunning: 0, messagesWaiting: 0 });
  });

  it("bounds the queue of an ordered route as well", async () => {
    let started = 0;
    const gates: (() => void)[] = [];
    const { gateway } = startGateway(
      {
        $default: () => {
          started += 1;
          return new Promise<void>((resolve) => gates.push(resolve));
        },
      },
      [makeRoute("$default", { ordered: true })],
    );
    const { socket, port } = await open(gateway);
    for (let count = 0; count < 10; count++) port.message("x");
    expect([started, socket.paused]).toEqual([1, true]);
    while (gates.length > 0) {
      gates.shift()?.();
      await settle();
    }
    expect([started, socket.paused]).toEqual([10, false]);
  });

  it("survives messages without a route in any number", async () => {
    const { gateway } = startGateway({ join: () => undefined });
    const { socket, port } = await open(gateway);
    for (let count = 0; count < 20_000; count++) port.message("{}");
    expect(socket.sent).toHaveLength(20_000);
  });

  it("builds one frame for a text that is sent to many", async () => {
    const { gateway } = startGateway({ $default: () => undefined });
    const frames = new Set<Buffer>();
    const connections = await Promise.all([open(gateway), open(gateway), open(gateway)]);
    for (const { socket } of connections) socket.send = (frame) => void frames.add(frame);
    for (const { id } of connections) await gateway.send(id, ["to", "all"].join(" "));
    expect(frames.size).toBe(1);
  });
});

describe("the end of a connection", () => {
  it("is told once, for the first cause, whatever the socket says after it", async () => {
    const disconnects: unknown[] = [];
    const { gateway } = startGateway({
      $disconnect: (event) =>
        void (event.kind === "disconnect" && disconnects.push([event.statusCode, event.reason])),
    });
    const { id, socket, port } = await open(gateway);
    await gateway.close(id, { code: 3000, reason: "first" });
    port.closeFrame(1000, "second");
    port.binary(Buffer.from("x"));
    port.violation(1002, "third");
    port.goingAway();
    port.gone();
    port.gone();
    port.message("x");
    await settle();
    expect(disconnects).toEqual([[3000, "first"]]);
    expect(socket.closes).toEqual([[3000, "first"]]);
    expect(socket.sent).toEqual([]);
  });

  it("runs $disconnect for thousands at once, so many at a time, and each of them", async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const { gateway } = startGateway({
      $disconnect: async () => {
        running += 1;
        most = Math.max(most, running);
        await settle();
        running -= 1;
        done += 1;
      },
    });
    for (let count = 0; count < 2000; count++) await open(gateway);
    await gateway.stop();
    expect(done).toBe(2000);
    expect(most).toBe(256);
  });

  it("is neither reported nor run again when it is killed at the end, and its record stays for the next start", async () => {
    const clock = new ManualClock(1_000_000);
    const log = memoryLog();
    const killed = Promise.withResolvers<InvocationResult>();
    const invoked: string[] = [];
    const closed: string[] = [];
    const gateway = createGateway({
      api: makeApi([makeRoute("$disconnect")]),
      apiId: "a",
      stage: "dev",
      domainName: "localhost",
      node: 0,
      invoker: { invoke: (name) => (invoked.push(name), killed.promise), forget: () => {} },
      records: { opened: () => {}, closed: (connectionId) => void closed.push(connectionId) },
      clock,
      log,
    });
    await open(gateway);
    const stopped = gateway.stop(100);
    clock.advance(100);
    await stopped;
    const error = { code: "FUNCTION_CRASHED", name: "Error", message: "Holdfast was stopped" } as const;
    killed.resolve({ outcome: "failed", error });
    await settle();
    expect(log.entries.map(({ event }) => event)).toEqual(["gateway.stop-timeout"]);
    expect([invoked.length, closed]).toEqual([1, []]);
  });
});

describe("a model that the gateway cannot serve", () => {
  it.each([
    [{ authorization: { kind: "authorizer", authorizer: "a" } as const }],
    [{ apiKeyRequired: true }],
  ])("is refused rather than served without its checks: %o", (changes) => {
    expect(() => startGateway({}, [makeRoute("join", changes)])).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED" }),
    );
  });
});

it("a drain refuses newcomers at once, and closes the others evenly over its window", async () => {
  const left: unknown[] = [];
  const { clock, gateway } = startGateway({
    $disconnect: (event) => void left.push(event.kind === "disconnect" && [event.statusCode, event.reason]),
  });
  const sockets = await Promise.all(Array.from({ length: 10 }, async () => (await open(gateway)).socket));
  const closed = (): number => sockets.filter(({ closes }) => closes.length > 0).length;
  let isDone = false;
  const draining = gateway.drain({ windowMs: 1000, code: 1012, reason: "Service Restart" }).then(() => {
    isDone = true;
  });
  expect(await gateway.open(handshake)).toMatchObject({
    kind: "refused",
    status: 503,
    headers: expect.arrayContaining([["retry-after", "1"]]) as unknown,
  });
  expect(closed()).toBe(0);
  for (let passedMs = 0; passedMs < 500; passedMs += 50) clock.advance(50);
  expect(closed()).toBe(5);
  for (let passedMs = 0; passedMs < 500; passedMs += 50) clock.advance(50);
  await draining;
  expect([isDone, closed()]).toEqual([true, 10]);
  await gateway.stop();
  expect(left).toEqual(sockets.map(() => [1012, "Service Restart"]));
  expect(sockets.map(({ closes }) => closes)).toEqual(sockets.map(() => [[1012, "Service Restart"]]));
});

it("a drain that takes the late lets them in, and closes them with the last", async () => {
  const { clock, gateway } = startGateway({});
  const early = await open(gateway);
  const draining = gateway.drain({ windowMs: 1000, code: 1012, reason: "", takesLate: true });
  const late = await open(gateway);
  for (let passedMs = 0; passedMs < 1000; passedMs += 50) clock.advance(50);
  await draining;
  for (const { socket } of [early, late]) expect(socket.closes).toEqual([[1012, ""]]);
});

it("a drain closes a connection once its messages are answered, and takes no more of them", async () => {
  const { promise: answered, resolve } = Promise.withResolvers<unknown>();
  const taken: string[] = [];
  const { clock, gateway } = startGateway(
    {
      $default: (event) => {
        if (event.kind === "message") taken.push(event.body);
        return answered;
      },
    },
    [makeRoute("$default", { responds: true })],
  );
  const { socket, port } = await open(gateway);
  await open(gateway);
  port.message("first");
  void gateway.drain({ windowMs: 1000, code: 1012, reason: "" });
  // Of two connections the first one's turn comes after half of the time.
  for (let passedMs = 0; passedMs < 700; passedMs += 50) clock.advance(50);
  port.message("late");
  expect(socket.closes).toEqual([]);
  resolve({ statusCode: 200, body: "said" });
  await settle();
  expect(socket.sent).toEqual(["said"]);
  expect(socket.closes).toEqual([[1012, ""]]);
  expect(taken).toEqual(["first"]);
});
