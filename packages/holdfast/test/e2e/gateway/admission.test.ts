import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../src/base/clock.ts";
import { clientFrame, eventually, startRig, upgradeRequest, type RawClient, type Rig } from "./rig.ts";

const accept = () => ({ statusCode: 200 });

/** The head of what a handshake is answered with. */
async function handshake(
  rig: Rig,
  headers: Readonly<Record<string, string>> = {},
  localAddress?: string,
): Promise<{ readonly status: number; readonly head: string; readonly client: RawClient }> {
  const client = await rig.raw(localAddress);
  client.write(upgradeRequest("/dev", headers));
  await client.until((text) => text.includes("\r\n\r\n"));
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(client.text)?.[1]);
  return { status, head: client.text.toLowerCase(), client };
}

async function statuses(rig: Rig, count: number, localAddress?: string): Promise<number[]> {
  const answers: number[] = [];
  for (let one = 0; one < count; one++) answers.push((await handshake(rig, {}, localAddress)).status);
  return answers;
}

describe("connections", () => {
  it("are refused with 503 above their number, and taken again when one is free", async () => {
    await using rig = await startRig({ functions: { $connect: accept }, limits: { connections: 2 } });
    const first = await handshake(rig);
    const second = await handshake(rig);
    const third = await handshake(rig);
    expect([first.status, second.status, third.status]).toEqual([101, 101, 503]);
    expect(third.head).toContain("retry-after: 5");
    first.client.socket.destroy();
    await eventually(() => rig.gateway.load().connections === 1);
    expect((await handshake(rig)).status).toBe(101);
  });

  it("that are refused, or left before they were answered, hold no place", async () => {
    let status = 403;
    const gate = Promise.withResolvers<void>();
    await using rig = await startRig({
      functions: {
        $connect: async () => {
          if (status === 200) await gate.promise;
          return { statusCode: status };
        },
      },
      limits: { connections: 1 },
    });
    expect(await statuses(rig, 3)).toEqual([403, 403, 403]);
    status = 200;
    const left = await rig.raw();
    left.write(upgradeRequest());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await handshake(rig)).status).toBe(503);
    left.socket.destroy();
    gate.resolve();
    let last = 0;
    while (last !== 101) last = (await handshake(rig)).status;
  });

  it("of one address are refused with 429 above their number, and nobody else's are", async () => {
    await using rig = await startRig({
      functions: { $connect: accept },
      limits: { connectionsPerAddress: 2 },
    });
    expect(await statuses(rig, 3)).toEqual([101, 101, 429]);
    expect(await statuses(rig, 3, "127.0.0.2")).toEqual([101, 101, 429]);
  });

  it("behind a proxy are told apart by the address that it names", async () => {
    await using rig = await startRig({
      functions: { $connect: accept },
      limits: { connectionsPerAddress: 1, handshakesPerSecondPerAddress: 100 },
      settings: { proxies: { trusted: ["127.0.0.1"], protocol: false } },
    });
    const from = async (address: string) => (await handshake(rig, { "X-Forwarded-For": address })).status;
    expect([await from("203.0.113.7"), await from("203.0.113.7"), await from("203.0.113.8")]).toEqual([
      101, 429, 101,
    ]);
    expect([await from("2001:db8::1"), await from("2001:db8::2"), await from("2001:db8:0:1::1")]).toEqual([
      101, 429, 101,
    ]);
  });

  it("are not all that counts: sockets of one address that never ask for one are bounded, too", async () => {
    await using rig = await startRig({
      functions: {},
      limits: { connectionsPerAddress: 1 },
      settings: { proxies: { trusted: ["127.0.0.1"], protocol: true } },
    });
    const clients = await Promise.all(Array.from({ length: 66 }, () => rig.raw()));
    for (const client of clients) client.write("PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n");
    await Promise.race(clients.map(({ closed }) => closed));
    await eventually(() => clients.filter(({ socket }) => socket.closed).length === 1);
    expect(rig.events("listener.socket-refused")).toHaveLength(1);
  });
});

describe("handshakes", () => {
  it("that come too often from one address are refused with 429, whatever they ask for", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    await using rig = await startRig({
      functions: { $connect: accept },
      limits: { handshakesPerSecondPerAddress: 2 },
      clock,
    });
    const first = await handshake(rig);
    const wrong = await handshake(rig, { "Sec-WebSocket-Version": "7" });
    const third = await handshake(rig);
    expect([first.status, wrong.status, third.status]).toEqual([101, 426, 429]);
    expect(third.head).toContain("retry-after: 1");
    expect((await handshake(rig, {}, "127.0.0.2")).status).toBe(101);
    clock.advance(500);
    expect(await statuses(rig, 2)).toEqual([101, 429]);
  });

  it("that are refused in a flood do not flood the log", async () => {
    await using rig = await startRig({
      functions: { $connect: accept },
      limits: { handshakesPerSecondPerAddress: 1 },
    });
    await statuses(rig, 60);
    const lines = rig.events("listener.handshake-refused");
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});

describe("headers", () => {
  it.each(["GET / HTTP/1.1\r\n", "GET /dev HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"])(
    "that are too long are answered with 431: %j",
    async (start) => {
      await using rig = await startRig({ functions: {}, limits: { headerBytes: 4096 } });
      const client = await rig.raw();
      client.write(`${start}Host: localhost\r\nX-Long: ${"x".repeat(5000)}`);
      await client.closed;
      expect(client.text).toContain("HTTP/1.1 431 ");
    },
  );
});

describe("an origin", () => {
  it("that is not listed may not connect, and the log says which", async () => {
    await using rig = await startRig({
      functions: { $connect: accept },
      settings: { origins: ["https://example.com", "https://*.example.com"] },
    });
    const from = async (Origin: string) => (await handshake(rig, { Origin })).status;
    expect(await from("https://example.com")).toBe(101);
    expect(await from("https://chat.example.com")).toBe(101);
    expect(await from("https://evil.test")).toBe(403);
    expect(await from(`http://127.0.0.1:${rig.port}`)).toBe(403);
    expect(rig.events("listener.handshake-refused")[0]?.fields).toMatchObject({
      origin: "https://evil.test",
      status: 403,
    });
    expect((await handshake(rig)).status).toBe(101);
  });
});

describe("a connection that sends too much", () => {
  /** The texts of what arrived, and a rig whose connections may send so many frames a second. */
  async function start(framesPerSecondPerConnection: number, clock: ManualClock) {
    const bodies: string[] = [];
    const rig = await startRig({
      functions: {
        $connect: accept,
        $default: (event) => void (event.kind === "message" && bodies.push(event.body)),
      },
      limits: { framesPerSecondPerConnection },
      clock,
    });
    return { rig, bodies };
  }

  it("is read as fast as it may be, and nothing of it is lost", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    const { rig, bodies } = await start(10, clock);
    await using _ = rig;
    const client = await rig.upgraded();
    const texts = Array.from({ length: 100 }, (__, count) => `No. ${count}`);
    client.write(Buffer.concat(texts.map((text) => clientFrame(1, text))));
    await eventually(() => bodies.length === 20);
    expect(rig.events("listener.client-slowed")).toHaveLength(1);
    for (let seconds = 1; seconds <= 8; seconds++) {
      clock.advance(1000);
      await eventually(() => bodies.length === 20 + 10 * seconds);
    }
    expect(bodies).toEqual(texts);
  });

  it("is read no faster for pings, or for a message in many frames", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    const { rig, bodies } = await start(10, clock);
    await using _ = rig;
    const pinging = await rig.upgraded();
    pinging.write(Buffer.concat([...Array<Buffer>(25).fill(clientFrame(9, "")), clientFrame(1, "pinged")]));
    const splitting = await rig.upgraded();
    const part = clientFrame(0, "x", { fin: false });
    splitting.write(
      Buffer.concat([
        clientFrame(1, "x", { fin: false }),
        ...Array<Buffer>(20).fill(part),
        clientFrame(0, ""),
      ]),
    );
    await eventually(() => rig.events("listener.client-slowed").length === 2);
    expect(bodies).toEqual([]);
    clock.advance(1000);
    await eventually(() => bodies.length === 2);
  });

  it("is read to its end when it is closed meanwhile", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    const { rig } = await start(10, clock);
    await using _ = rig;
    const client = await rig.upgraded();
    client.write(Buffer.concat([...Array<Buffer>(50).fill(clientFrame(1, "{}")), clientFrame(8, "")]));
    await eventually(() => rig.events("listener.client-slowed").length === 1);
    rig.listener.close(60_000).catch(() => {});
    await client.closed;
    expect(client.received.at(-1)).toBeDefined();
  });

  it("stays paused for its functions, too: neither pause ends the other", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    const gates: (() => void)[] = [];
    const rig = await startRig({
      functions: { $connect: accept, $default: () => new Promise<void>((resolve) => gates.push(resolve)) },
      limits: { framesPerSecondPerConnection: 2 },
      bounds: { messagesInFlightPerConnection: 1 },
      clock,
    });
    await using _ = rig;
    const client = await rig.upgraded();
    client.write(Buffer.concat(Array<Buffer>(8).fill(clientFrame(1, "{}"))));
    await eventually(() => rig.events("listener.client-slowed").length === 1);
    await eventually(() => gates.length === 1);
    // There is room again as far as numbers go, but the function is still busy.
    clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rig.gateway.load().messagesWaiting).toBe(3);
    for (let done = 0; done < 8; done++) {
      await eventually(() => gates.length === done + 1);
      gates[done]?.();
      if (done >= 3) clock.advance(5000);
    }
  });
});

describe("a listener that takes nothing new", () => {
  it("refuses handshakes with 503 and Retry-After, and still answers HTTP", async () => {
    await using rig = await startRig({
      functions: { $connect: accept, $default: () => {} },
      http: (_request, response) => response.end("still here"),
    });
    const before = await rig.connect();
    rig.listener.refuseNew();
    const refused = await handshake(rig);
    expect(refused.status).toBe(503);
    expect(refused.head).toContain("retry-after: 1");
    const client = await rig.raw();
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await client.closed;
    expect(client.text).toMatch(/connection: close/i);
    expect(client.text).toContain("still here");
    expect(before.socket.readyState).toBe(before.socket.OPEN);
  });

  it("may close its port alone: open sockets go on", async () => {
    await using rig = await startRig({
      functions: {
        $connect: accept,
        $default: (event) => void (event.kind === "message" && bodies.push(event.body)),
      },
    });
    const bodies: string[] = [];
    const client = await rig.connect();
    const { port } = rig;
    rig.listener.closePort();
    const refused = await new Promise<string>((resolve) => {
      request({ port, host: "127.0.0.1" })
        .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""))
        .end();
    });
    expect(refused).toBe("ECONNREFUSED");
    expect(rig.port).toBe(port);
    client.send("still heard");
    await eventually(() => bodies.length === 1);
  });
});
