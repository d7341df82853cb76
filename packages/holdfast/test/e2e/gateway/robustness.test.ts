import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HoldfastError } from "../../../src/base/errors.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { startListener } from "../../../src/gateway/listener.ts";
import type { DisconnectEvent } from "../../../src/model/gateway-event.ts";
import { clientFrame, eventually, RawClient, startRig, upgradeRequest, type Rig } from "./rig.ts";

const accept = () => ({ statusCode: 200 });

/** What a client that comes now gets for its "alive": the same, when all is well. */
async function echoOfNewClient(rig: Rig): Promise<string> {
  const client = await rig.connect();
  client.send({ action: "echo", text: "alive" });
  const answer = await client.next();
  client.socket.close();
  await client.closed;
  return answer;
}

const echo =
  (rig: () => Rig) =>
  (event: Parameters<Parameters<typeof startRig>[0]["functions"][string]>[0]): unknown =>
    event.kind === "message"
      ? rig().gateway.send(
          event.connection.connectionId,
          String((JSON.parse(event.body) as { text?: unknown }).text),
        )
      : undefined;

describe("a socket that does not get on", () => {
  it("is ended when it says nothing", async () => {
    await using rig = await startRig({ functions: {}, limits: { firstByteTimeoutMs: 50 } });
    const client = await rig.raw();
    await client.closed;
    expect(client.received).toHaveLength(0);
  });

  it("is ended when its headers come drop by drop", async () => {
    await using rig = await startRig({
      functions: {},
      limits: { firstByteTimeoutMs: 10_000, headersTimeoutMs: 200 },
    });
    const client = await rig.raw();
    client.write("GET /dev HTTP/1.1\r\nHost: localhost\r\n");
    const drops = setInterval(() => client.write("X-Drop: 1\r\n"), 20);
    await client.closed;
    clearInterval(drops);
    expect(client.text).not.toContain("101");
  });

  it("keeps no other client from being served meanwhile", async () => {
    await using rig = await startRig({ functions: { echo: (event) => echo(() => rig)(event) } });
    for (let count = 0; count < 20; count++) (await rig.raw()).write("GET /dev");
    expect(await echoOfNewClient(rig)).toBe("alive");
  });

  it("is not ended while it is a connection that says nothing", async () => {
    await using rig = await startRig({
      functions: { echo: (event) => echo(() => rig)(event) },
      limits: { firstByteTimeoutMs: 30, headersTimeoutMs: 40, requestTimeoutMs: 50 },
    });
    const client = await rig.connect();
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.send({ action: "echo", text: "still here" });
    expect(await client.next()).toBe("still here");
  });
});

describe("a client that resets", () => {
  it("at any moment of its handshake harms nobody", async () => {
    await using rig = await startRig({
      functions: {
        $connect: () => new Promise((resolve) => setTimeout(() => resolve({ statusCode: 200 }), 5)),
        echo: (event) => echo(() => rig)(event),
      },
    });
    for (let delayMs = 0; delayMs < 15; delayMs++) {
      const client = await rig.raw();
      client.write(upgradeRequest());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      client.socket.resetAndDestroy();
    }
    expect(await echoOfNewClient(rig)).toBe("alive");
  });

  it("while much is on its way to it gets $disconnect with 1006", async () => {
    const disconnects: DisconnectEvent[] = [];
    let id = "";
    await using rig = await startRig({
      functions: {
        $connect: (event) => {
          if ("connection" in event) id = event.connection.connectionId;
          return { statusCode: 200 };
        },
        $disconnect: (event) => void disconnects.push(event as DisconnectEvent),
      },
    });
    const client = await rig.upgraded();
    client.socket.pause();
    for (let count = 0; count < 20; count++) await rig.gateway.send(id, "x".repeat(100_000));
    client.socket.resetAndDestroy();
    await eventually(() => disconnects.length === 1);
    expect(disconnects[0]).toMatchObject({ statusCode: 1006, reason: "" });
  });
});

describe("a client that talks before its handshake is answered", () => {
  it("is not read without end, and loses nothing", async () => {
    const gate = Promise.withResolvers<unknown>();
    let bytes = 0;
    await using rig = await startRig({
      functions: {
        $connect: () => gate.promise,
        $default: (event) => void (bytes += event.kind === "message" ? event.body.length : 0),
      },
    });
    const client = await rig.raw();
    client.write(upgradeRequest());
    const frame = clientFrame(1, "x".repeat(32_000));
    // More than the kernel holds for both ends.
    for (let count = 0; count < 1250; count++) client.write(frame);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.socket.writableLength).toBeGreaterThan(0);
    gate.resolve({ statusCode: 200 });
    await eventually(() => bytes === 40_000_000);
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("is not read without end after it either, while its functions are stuck", async () => {
    const gate = Promise.withResolvers<void>();
    await using rig = await startRig({
      functions: { $default: () => gate.promise },
      bounds: { messagesInFlightPerConnection: 1 },
    });
    const client = await rig.raw();
    client.write(Buffer.concat([Buffer.from(upgradeRequest()), clientFrame(1, "a"), clientFrame(1, "b")]));
    const frame = clientFrame(1, "x".repeat(32_000));
    for (let count = 0; count < 1250; count++) client.write(frame);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.socket.writableLength).toBeGreaterThan(0);
    client.socket.destroy();
    gate.resolve();
  });
});

describe("a client that does not read", () => {
  it("is dropped at its bound, with 1006, while its neighbours are served and memory stays bounded", async () => {
    const ids: string[] = [];
    const disconnects: DisconnectEvent[] = [];
    await using rig = await startRig({
      functions: {
        $connect: (event) => {
          if ("connection" in event) ids.push(event.connection.connectionId);
          return { statusCode: 200 };
        },
        $disconnect: (event) => void disconnects.push(event as DisconnectEvent),
        echo: (event) => echo(() => rig)(event),
      },
      limits: { outboxBytes: 1024 * 1024 },
    });
    const slow = await rig.upgraded();
    slow.socket.pause();
    const neighbour = await rig.connect();
    const text = "x".repeat(100_000);
    let sent = 0;
    // The kernel's own buffers take some megabytes first.
    while (disconnects.length === 0 && sent < 1000) {
      const gone = await rig.gateway.send(ids[0] ?? "", text).then(
        () => false,
        () => true,
      );
      sent += 1;
      // The very send that was one too many says so.
      expect(gone).toBe(rig.events("gateway.slow-consumer").length === 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(disconnects).toMatchObject([
      { statusCode: 1006, reason: "", connection: { connectionId: ids[0] } },
    ]);
    const [dropped] = rig.events("gateway.slow-consumer");
    expect(dropped?.fields.heldBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(dropped?.fields.heldBytes).toBeGreaterThan(900_000);
    await expect(rig.gateway.send(ids[0] ?? "", "x")).rejects.toMatchObject({ code: "CONNECTION_GONE" });
    neighbour.send({ action: "echo", text: "unharmed" });
    expect(await neighbour.next()).toBe("unharmed");
    slow.socket.resume();
    await slow.closed;
  });

  it("for one turn of the event loop, though much is sent to it in that turn, is none of them", async () => {
    let id = "";
    await using rig = await startRig({
      functions: {
        $connect: (event) => {
          if ("connection" in event) id = event.connection.connectionId;
          return { statusCode: 200 };
        },
      },
      limits: { outboxBytes: 300_000 },
    });
    const client = await rig.connect();
    const text = "x".repeat(100_000);
    for (let count = 0; count < 10; count++) void rig.gateway.send(id, text).catch(() => {});
    for (let count = 0; count < 10; count++) expect((await client.next()).length).toBe(100_000);
  });
});

describe("malformed input", () => {
  const smallText = fc.string({ maxLength: 40 });
  const header = fc.tuple(
    fc.constantFrom(
      "Upgrade",
      "Connection",
      "Sec-WebSocket-Key",
      "Sec-WebSocket-Version",
      "Content-Length",
      "X",
      "Host",
    ),
    fc.oneof(smallText, fc.constantFrom("websocket", "Upgrade", "13", "-1", "99999999999")),
  );
  const handshakes = fc
    .tuple(
      fc.constantFrom("GET", "POST", "get", "GET GET", "\0", "OPTIONS", "CONNECT"),
      fc.oneof(fc.constantFrom("/dev", "/dev/%", "*", "//", "/%00", "http://[", "/dev?%ff&=&&=="), smallText),
      fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/9.9", ""),
      fc.array(header, { maxLength: 8 }),
    )
    .map(([method, path, version, headers]) =>
      Buffer.from(
        `${method} ${path} ${version}\r\n${headers.map(([n, v]) => `${n}: ${v}`).join("\r\n")}\r\n\r\n`,
      ),
    );
  const frames = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 130 })).map(([first, payload]) => {
      const frame = clientFrame(1, payload);
      frame[0] = first;
      return frame;
    }),
    fc
      .uint8Array({ maxLength: 12 })
      .map((bytes) => Buffer.concat([Buffer.from([0x81, 0xff]), Buffer.from(bytes)])),
  );
  const texts = fc.oneof(
    smallText,
    fc.json(),
    fc.json().map((json) => json.slice(0, -1)),
    fc.json().map((action) => `{"action":${action}}`),
    fc.constantFrom(
      '{"action":"__proto__"}',
      '{"action":"constructor"}',
      `${"[".repeat(5000)}`,
      '{"action":{"a":[[[[]]]]}}',
    ),
  );

  it("of 1,000 kinds, in handshakes, frames and messages, harms nobody", async () => {
    const failures: unknown[] = [];
    const keep = (error: unknown): void => void failures.push(error);
    process.on("uncaughtException", keep);
    process.on("unhandledRejection", keep);
    await using rig = await startRig({
      functions: {
        $connect: accept,
        $disconnect: accept,
        $default: accept,
        echo: (event) => echo(() => rig)(event),
      },
      limits: { closeTimeoutMs: 100, headersTimeoutMs: 500 },
    });
    const openings = [
      ...fc.sample(handshakes, 300),
      ...fc
        .sample(frames, 400)
        .map((bytes) => Buffer.concat([Buffer.from(upgradeRequest()), bytes, clientFrame(1, "{}")])),
    ];
    const answers = new Set<string>();
    let inputs = 0;
    for (let first = 0; first < openings.length; first += 20) {
      await Promise.all(
        openings.slice(first, first + 20).map(async (bytes) => {
          const client = await RawClient.open(rig.port);
          client.socket.end(bytes);
          inputs += 1;
          await client.closed;
        }),
      );
      answers.add(await echoOfNewClient(rig));
    }
    const talker = await rig.connect();
    for (const text of fc.sample(texts, 300)) {
      talker.send(text);
      inputs += 1;
    }
    talker.send({ action: "echo", text: "sane" });
    while ((await talker.next()) !== "sane");
    answers.add(await echoOfNewClient(rig));
    process.off("uncaughtException", keep);
    process.off("unhandledRejection", keep);
    expect([inputs, ...answers]).toEqual([1000, "alive"]);
    expect(failures).toEqual([]);
    expect(rig.events("gateway.fault")).toEqual([]);
    expect(rig.events("listener.fault")).toEqual([]);
  });
});

describe("an address", () => {
  const options = { mounts: [], http: () => {}, clock: systemClock, log: silentLog };

  it("in use is ADDRESS_IN_USE, which names it", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const error: unknown = await startListener({ ...options, host: "127.0.0.1", port }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({
      code: "ADDRESS_IN_USE",
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it.each([
    ["192.0.2.1", 0],
    ["no such host.invalid", 0],
    ["127.0.0.1", 70_000],
  ])("that is not there (%s:%i) is ADDRESS_NOT_AVAILABLE, which names it", async (host, port) => {
    const error: unknown = await startListener({ ...options, host, port }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "ADDRESS_NOT_AVAILABLE",
      message: expect.stringContaining(`${host}:${port}`),
    });
  });
});
