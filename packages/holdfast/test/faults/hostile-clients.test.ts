import { once } from "node:events";
import { readdirSync } from "node:fs";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startListener } from "../../src/gateway/listener.ts";
import { createHttpHandler } from "../../src/gateway/http-routes.ts";
import { readListenerLimits } from "../../src/gateway/listener-limits.ts";
import { MemoryInvoker } from "../../src/host/memory-invoker.ts";
import { systemClock } from "../../src/base/clock.ts";
import { memoryLog } from "../../src/base/log.ts";
import { defaultServerConfiguration } from "../../src/model/server-configuration.ts";
import {
  clientFrame,
  eventually,
  makeApi,
  makeRoute,
  RawClient,
  startRig,
  upgradeRequest,
  type Rig,
  type TestClient,
} from "../e2e/gateway/rig.ts";

/**
 * Clients that mean harm, against a listener with an operator's limits. Held here is what becomes of them, and that what
 * they cost has a bound; what their neighbours feel is measured by `bench/hostile-clients.ts`.
 */
const stranger = "127.0.0.2";
/** As a balancer in front tells: strangers are nobody of this machine, of whom more is borne. */
const introduction = "PROXY TCP4 203.0.113.9 198.51.100.1 4711 80\r\n";

let rig: Rig;
let neighbour: TestClient;
let clients: RawClient[];
let ended: number;

beforeEach(async () => {
  clients = [];
  ended = 0;
  const invoker = new MemoryInvoker({
    $default: (event) => ({ statusCode: 200, body: event.kind === "message" ? event.body : "" }),
    $disconnect: () => void (ended += 1),
    "POST /upload": () => ({ statusCode: 200, body: "taken" }),
  });
  rig = await startRig({
    functions: {},
    invoker,
    settings: { proxies: { trusted: [stranger], protocol: true } },
    api: makeApi([makeRoute("$default", { responds: true }), makeRoute("$disconnect")]),
    http: createHttpHandler({
      routes: [{ method: "POST", path: "/upload", function: "POST /upload" }],
      invoker,
      clock: systemClock,
      log: memoryLog(),
      next: (_request, response) => response.writeHead(404).end(),
    }),
    limits: {
      ...readListenerLimits({
        ...defaultServerConfiguration.limits,
        connectionsPerAddress: 100,
        handshakesPerSecondPerAddress: 50,
        messagesPerSecondPerConnection: 200,
        headerBytes: 8192,
        outboxBytes: 256 * 1024,
      }),
      firstByteTimeoutMs: 300,
      headersTimeoutMs: 400,
      requestTimeoutMs: 600,
      unreadAnswerTimeoutMs: 500,
      closeTimeoutMs: 300,
    },
  });
  neighbour = await rig.connect();
});

afterEach(async () => {
  await expectNeighbourServed();
  for (const client of clients) client.socket.destroy();
  await rig[Symbol.asyncDispose]();
  expectNoFaults();
});

function expectNoFaults(): void {
  expect(rig.events("listener.fault")).toEqual([]);
  expect(rig.events("gateway.fault")).toEqual([]);
}

/** The one that was there before, and one that comes now. */
async function expectNeighbourServed(): Promise<void> {
  neighbour.send("still served");
  expect(await neighbour.next()).toBe("still served");
  const newcomer = await rig.connect();
  newcomer.send("hello");
  expect(await newcomer.next()).toBe("hello");
  newcomer.socket.close();
  await newcomer.closed;
}

/** So many sockets of one stranger's; those that are not accepted, or are dropped, count as well. */
async function strangers(count: number, begin: (client: RawClient) => void): Promise<RawClient[]> {
  const opened = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = await RawClient.open(rig.port, stranger);
      client.write(introduction);
      begin(client);
      return client;
    }),
  );
  clients.push(...opened);
  return opened;
}

async function upgradedStranger(): Promise<RawClient> {
  const [client] = await strangers(1, (one) => one.write(upgradeRequest()));
  if (client === undefined) throw new Error("No client");
  await client.until((text) => text.includes("\r\n\r\n"));
  expect(client.text).toContain("101");
  client.skipHead();
  return client;
}

const allClosed = (some: readonly RawClient[]): Promise<unknown> =>
  Promise.all(some.map(({ closed }) => closed));

/** Open sockets of this process, the clients' ends included. */
const openFiles = (): number => readdirSync("/proc/self/fd").length;

/** What the server's process holds beyond JavaScript's heap: where bytes of sockets are. */
const heldBytes = (): number => process.memoryUsage().arrayBuffers;

const repeat = (frame: Buffer, count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(frame));

/** Writes as fast as the server reads, until the socket is closed, so much has gone, or nothing is read any more. */
async function pour({ socket }: RawClient, block: Buffer, atMostBytes: number): Promise<number> {
  const closed = closing(socket);
  let poured = 0;
  while (!socket.destroyed && poured < atMostBytes) {
    poured += block.length;
    if (socket.write(block)) continue;
    const signal = AbortSignal.any([AbortSignal.timeout(500), closed]);
    const isDrained = await once(socket, "drain", { signal }).then(
      () => true,
      () => false,
    );
    if (!isDrained) break;
  }
  return poured;
}

function closing(socket: Socket): AbortSignal {
  const ending = new AbortController();
  socket.once("close", () => ending.abort());
  return ending.signal;
}

const mebibyte = 1024 * 1024;

describe("sockets", () => {
  it("that say nothing are bounded in number for each address, and ended", async () => {
    const before = openFiles();
    const silent = await strangers(300, () => {});
    await eventually(() => silent.filter(({ socket }) => socket.closed).length >= 300 - 164);
    await expectNeighbourServed();
    await allClosed(silent);
    expect(silent.every(({ text }) => text === "")).toBe(true);
    await eventually(() => openFiles() <= before + 10);
  });

  it("that stop in the middle of their handshake are ended", async () => {
    const before = openFiles();
    const halves = await strangers(100, (client) => client.write("GET /dev HTTP/1.1\r\nHost: loc"));
    await allClosed(halves);
    expect(halves.some(({ text }) => text.includes("101"))).toBe(false);
    await eventually(() => openFiles() <= before + 10);
  });

  it("whose other end is gone half are ended with their connection, which ends once", async () => {
    const client = await upgradedStranger();
    client.socket.end();
    await client.closed;
    await eventually(() => ended > 0);
    expect(ended).toBe(1);
  });

  it("that read nothing are dropped at their bound, with what was held for them", async () => {
    const before = heldBytes();
    const readers = await Promise.all(Array.from({ length: 10 }, upgradedStranger));
    for (const { socket } of readers) socket.pause();
    const big = clientFrame(1, "x".repeat(30_000));
    await Promise.all(readers.map((client) => pour(client, big, 40 * mebibyte)));
    await eventually(() => rig.events("gateway.slow-consumer").length === 10);
    for (const { socket } of readers) socket.destroy();
    await eventually(() => ended === 10);
    expect(heldBytes() - before).toBeLessThan(64 * mebibyte);
  });

  it("that do not read the answer to a request are ended", async () => {
    const listener = await startListener({
      host: "127.0.0.1",
      port: 0,
      mounts: [],
      http: (_request, response) => response.end(Buffer.alloc(32 * mebibyte)),
      clock: systemClock,
      log: memoryLog(),
      limits: { unreadAnswerTimeoutMs: 200 },
    });
    const client = await RawClient.open(listener.port, stranger);
    client.socket.pause();
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // Longer than the limit, and than the kernel's buffers are large.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    client.socket.resume();
    await client.closed;
    expect(client.received.length).toBeLessThan(32 * mebibyte);
    await listener.close(0);
  });
});

describe("a flood", () => {
  it("of handshakes is answered with 429 above the rate, and told in a few lines", async () => {
    const many = await strangers(150, (client) => client.write(upgradeRequest()));
    await eventually(() => many.every(({ text, socket }) => text.includes("\r\n\r\n") || socket.closed));
    const count = (status: string): number =>
      many.filter(({ text }) => text.startsWith(`HTTP/1.1 ${status}`)).length;
    expect(count("101")).toBeLessThanOrEqual(100);
    expect(count("429")).toBeGreaterThanOrEqual(50);
    expect(rig.log.entries.length).toBeLessThan(100);
    await allClosed(many.filter(({ text }) => text.includes(" 429 ")));
  });

  it.each([
    ["messages", clientFrame(1, "{}")],
    ["pings", clientFrame(9, "")],
    ["frames that are part of one message", clientFrame(0, "x", { fin: false })],
  ])("of %s is read no faster than its limit", async (_, frame) => {
    const client = await upgradedStranger();
    const before = heldBytes();
    if (frame[0] === 0) client.write(clientFrame(1, "x", { fin: false }));
    const poured = await pour(client, repeat(frame, 1000), 64 * mebibyte);
    // The kernel's buffers, and one read: the rest waits with whoever sends it.
    expect(poured).toBeLessThan(32 * mebibyte);
    expect(rig.events("listener.client-slowed")).toHaveLength(1);
    expect(heldBytes() - before).toBeLessThan(32 * mebibyte);
  });

  it("of close frames ends the connection, once", async () => {
    const client = await upgradedStranger();
    await pour(client, repeat(clientFrame(8, ""), 1000), 4 * mebibyte);
    await client.closed;
    await eventually(() => ended === 1);
    expect(client.received.subarray(0, 1)).toEqual(Buffer.from([0x88]));
  });

  it("of anything behind a close frame is not read without end", async () => {
    const client = await upgradedStranger();
    client.write(clientFrame(8, ""));
    expect(await pour(client, Buffer.alloc(65_536), 256 * mebibyte)).toBeLessThan(256 * mebibyte);
    await client.closed;
    await eventually(() => ended === 1);
  });

  it("of anything behind a refusal is not read without end", async () => {
    const [client] = await strangers(1, (one) => one.write(upgradeRequest("/nowhere")));
    if (client === undefined) throw new Error("No client");
    expect(await pour(client, Buffer.alloc(65_536), 256 * mebibyte)).toBeLessThan(256 * mebibyte);
    await client.closed;
  });
});

describe("what does not end", () => {
  it("is answered with 431 where it is headers", async () => {
    const [client] = await strangers(1, (one) => one.write("GET /dev HTTP/1.1\r\nHost: localhost\r\n"));
    if (client === undefined) throw new Error("No client");
    await pour(client, Buffer.from(`X-More: ${"x".repeat(1000)}\r\n`), 16 * mebibyte);
    await client.closed;
    expect(client.text).toMatch(/^(?:HTTP\/1\.1 431 |$)/);
  });

  it("is ended where it is headers that come drop by drop", async () => {
    const [client] = await strangers(1, (one) => one.write("GET /dev HTTP/1.1\r\nHost: localhost\r\n"));
    const drops = setInterval(() => client?.write("X: 1\r\n"), 50);
    await client?.closed;
    clearInterval(drops);
    expect(client?.text).not.toContain("101");
  });

  it("keeps nobody from being answered where it is bodies", async () => {
    const slow = await strangers(100, (client) =>
      client.write("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"),
    );
    const drops = setInterval(() => slow.forEach((client) => client.write("x")), 50);
    const answer = await fetch(`http://127.0.0.1:${rig.port}/upload`, { method: "POST", body: "all of it" });
    expect(await answer.text()).toBe("taken");
    await allClosed(slow);
    clearInterval(drops);
    expect(slow.every(({ text }) => text.startsWith("HTTP/1.1 408 "))).toBe(true);
  });

  it("is refused with 413 where it is a body that is too long", async () => {
    const [client] = await strangers(1, (one) =>
      one.write("POST /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"),
    );
    if (client === undefined) throw new Error("No client");
    const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536), Buffer.from("\r\n")]);
    await pour(client, chunk, 64 * mebibyte);
    await client.closed;
    expect(client.text).toMatch(/^(?:HTTP\/1\.1 413 |$)/);
  });

  it("is ended where it is one message in ever more frames", async () => {
    const client = await upgradedStranger();
    client.write(clientFrame(1, "x".repeat(30_000), { fin: false }));
    const part = clientFrame(0, "x".repeat(30_000), { fin: false });
    await pour(client, part, 4 * mebibyte);
    await client.closed;
    expect(client.received.includes(Buffer.from("Message too big"))).toBe(true);
  });
});

describe("a frame that lies about its length", () => {
  it.each([
    ["2^40 bytes", [0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0], "Message too big"],
    ["2^63 bytes", [0x81, 0xff, 128, 0, 0, 0, 0, 0, 0, 0], "Message too big"],
    ["more than may be", [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0], "Message too big"],
    ["a control frame with more than it may have", [0x89, 0xfe, 1, 0], "Protocol error"],
  ])("is refused by its head: %s", async (_, head, reason) => {
    const before = heldBytes();
    const client = await upgradedStranger();
    client.write(Buffer.concat([Buffer.from(head), Buffer.alloc(4), Buffer.alloc(1000)]));
    await client.closed;
    expect(client.received.includes(Buffer.from(reason))).toBe(true);
    expect(heldBytes() - before).toBeLessThan(16 * mebibyte);
    await eventually(() => ended === 1);
  });

  it("by announcing more than comes holds nobody up, and little memory", async () => {
    const waiting = await Promise.all(Array.from({ length: 40 }, upgradedStranger));
    const before = heldBytes();
    for (const client of waiting)
      client.write(
        Buffer.concat([Buffer.from([0x81, 0xfe, 0x7f, 0xff]), Buffer.alloc(4), Buffer.alloc(100)]),
      );
    await expectNeighbourServed();
    expect(heldBytes() - before).toBeLessThan(16 * mebibyte);
  });
});
