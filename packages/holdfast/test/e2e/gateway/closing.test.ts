import { describe, expect, it } from "vitest";
import { defaultLimits } from "../../../src/model/defaults.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import { cause, startClosingRig } from "./closing-rig.ts";
import { clientCloseFrame, clientFrame, eventually, makeApi, makeRoute, upgradeRequest } from "./rig.ts";

describe("a close by the client", () => {
  it.each([
    [1000, "probe-complete"],
    [1001, ""],
    [3000, "own"],
    [4999, "ä".repeat(61)],
  ])("with %i is echoed with the same reason, and $disconnect tells both, once", async (code, reason) => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
    client.write(clientCloseFrame(code, reason));
    await client.closed;
    expect(client.received).toEqual(Buffer.concat([Buffer.from([0x88, payload.length]), payload]));
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: code, reason }]);
    expect(rig.disconnects[0]).toMatchObject({ kind: "disconnect", routeKey: "$disconnect" });
  });

  it("without a code is echoed without one, and counts as 1005", async () => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    client.write(clientCloseFrame());
    await client.closed;
    expect(client.received).toEqual(Buffer.from([0x88, 0]));
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([
      { statusCode: 1005, reason: "Client-side close frame status not set" },
    ]);
  });

  it.each(["end", "resetAndDestroy"] as const)("that drops the socket (%s) counts as 1006", async (drop) => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    client.socket[drop]();
    await eventually(() => rig.disconnects.length === 1);
    await client.closed;
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1006, reason: "" }]);
  });

  it("right behind messages: all of them arrive, and $disconnect comes after them", async () => {
    const order: string[] = [];
    await using rig = await startClosingRig(
      {
        $default: async (event) => {
          if (event.kind === "message") order.push(event.body);
          await new Promise((resolve) => setTimeout(resolve, 1));
        },
        $disconnect: () => void order.push("gone"),
      },
      { bounds: { messagesInFlightPerConnection: 2 } },
    );
    const client = await rig.upgraded();
    const texts = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    client.write(
      Buffer.concat([...texts.map((text) => clientFrame(1, text)), clientCloseFrame(1000, "bye")]),
    );
    await client.closed;
    await eventually(() => order.includes("gone"));
    expect(order).toEqual([...texts, "gone"]);
  });

  it("right behind messages on an ordered route: $disconnect runs when they are done", async () => {
    const order: string[] = [];
    await using rig = await startClosingRig(
      {
        $default: async (event) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (event.kind === "message") order.push(event.body);
        },
        $disconnect: () => void order.push("gone"),
      },
      {
        api: makeApi([
          makeRoute("$connect"),
          makeRoute("$disconnect"),
          makeRoute("$default", { ordered: true }),
        ]),
      },
    );
    const client = await rig.upgraded();
    client.write(Buffer.concat(["a", "b", "c"].map((text) => clientFrame(1, text))));
    client.write(clientCloseFrame(1000));
    await eventually(() => order.includes("gone"));
    expect(order).toEqual(["a", "b", "c", "gone"]);
  });

  it("ends what is read: what comes behind its close frame is no fault of its own", async () => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    client.socket.once("data", () => client.write(Buffer.alloc(1000, 0xff)));
    client.write(clientCloseFrame(1000));
    client.write(clientFrame(1, "late"));
    await client.closed;
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1000, reason: "" }]);
    expect(rig.events("gateway.client-fault")).toEqual([]);
  });

  it("while messages wait for stuck functions: $disconnect does not wait for ever", async () => {
    await using rig = await startClosingRig(
      { $default: () => new Promise((resolve) => setTimeout(resolve, 300)) },
      { bounds: { messagesInFlightPerConnection: 1, disconnectDelayMs: 30 } },
    );
    const client = await rig.upgraded();
    client.write(Buffer.concat([clientFrame(1, "1"), clientFrame(1, "2"), clientCloseFrame(1000)]));
    await eventually(() => rig.disconnects.length === 1);
    expect(rig.events("gateway.messages-dropped")[0]?.fields.message).toContain("1 of its messages");
  });
});

describe("a close by the gateway", () => {
  it("has API Gateway's code and reason unless others are chosen", async () => {
    await using rig = await startClosingRig();
    const client = await rig.connect();
    const other = await rig.connect();
    await rig.gateway.close(rig.ids[0] ?? "");
    await rig.gateway.close(rig.ids[1] ?? "", { code: 4001, reason: "kicked" });
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    expect(await other.closed).toEqual({ code: 4001, reason: "kicked" });
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([
      { statusCode: 1000, reason: "Connection Closed Normally" },
      { statusCode: 4001, reason: "kicked" },
    ]);
  });

  it.each([
    { code: 999 },
    { code: 1002 },
    { code: 1005 },
    { code: 1006 },
    { code: 1015 },
    { code: 2999 },
    { code: 5000 },
    { code: 1000.5 },
    { code: 1000, reason: "x".repeat(124) },
    { code: 1000, reason: "ä".repeat(62) },
  ])("with %o is refused, and the connection stays", async (choice) => {
    await using rig = await startClosingRig({
      $default: () => rig.gateway.send(rig.ids[0] ?? "", "still here"),
    });
    const client = await rig.connect();
    await expect(rig.gateway.close(rig.ids[0] ?? "", choice)).rejects.toMatchObject({
      code: "CLOSE_CODE_INVALID",
    });
    client.send("?");
    expect(await client.next()).toBe("still here");
  });

  it("leaves after everything that was sent before it", async () => {
    await using rig = await startClosingRig();
    const client = await rig.connect();
    const id = rig.ids[0] ?? "";
    const texts = Array.from({ length: 50 }, (_, n) => `${n} ${"x".repeat(n * 1000)}`);
    for (const text of texts) void rig.gateway.send(id, text);
    await rig.gateway.close(id, { code: 4000, reason: "last" });
    await expect(rig.gateway.send(id, "too late")).rejects.toMatchObject({ code: "CONNECTION_GONE" });
    expect(await client.closed).toEqual({ code: 4000, reason: "last" });
    expect(client.messages).toEqual(texts);
  });

  it("and one by the client at the same time are one close", async () => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    client.write(clientCloseFrame(3001, "mine"));
    await rig.gateway.close(rig.ids[0] ?? "").catch(() => {});
    await client.closed;
    await rig.gateway.stop();
    expect(rig.disconnects).toHaveLength(1);
    expect(client.received[0]).toBe(0x88);
    expect(client.received).toHaveLength(2 + (client.received[1] ?? 0));
  });

  it("that the client does not answer ends the socket in bounded time", async () => {
    await using rig = await startClosingRig({}, { limits: { closeTimeoutMs: 50 } });
    const client = await rig.upgraded();
    await rig.gateway.close(rig.ids[0] ?? "");
    await client.closed;
    expect(client.text).toContain("Connection Closed Normally");
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1000, reason: "Connection Closed Normally" }]);
  });

  it("is completed with a client that was not read for its many messages", async () => {
    const gate = Promise.withResolvers<void>();
    await using rig = await startClosingRig(
      { $default: () => gate.promise },
      { bounds: { messagesInFlightPerConnection: 1 } },
    );
    const client = await rig.connect();
    for (let count = 0; count < 10; count++) client.send(`message ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rig.gateway.close(rig.ids[0] ?? "");
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    gate.resolve();
  });

  it("ends a message of the client that comes behind it", async () => {
    let heard = 0;
    await using rig = await startClosingRig({ $default: () => void (heard += 1) });
    const client = await rig.upgraded();
    await rig.gateway.close(rig.ids[0] ?? "");
    await client.until((text) => text.includes("Normally"));
    client.write(Buffer.concat([clientFrame(1, "late"), clientCloseFrame(1000)]));
    await client.closed;
    await rig.gateway.stop();
    expect(heard).toBe(0);
  });
});

describe("what API Gateway does not take", () => {
  const tooBig = Buffer.concat([
    Buffer.from([0x81, 0xff, 0, 0, 0, 0]),
    Buffer.from([0, 2, 0, 1]),
    Buffer.alloc(4),
  ]);
  const cases: [string, Buffer, number, string][] = [
    ["a binary frame", clientFrame(2, "bytes"), 1003, "Binary is not supported"],
    ["a message of 131073 bytes", clientFrame(1, "x".repeat(131_073)), 1009, "Message too big"],
    ["the mere announcement of such a message", tooBig, 1009, "Message too big"],
    [
      "such a message in fragments",
      Buffer.concat([
        clientFrame(1, "x".repeat(32_768), { fin: false }),
        ...Array.from({ length: 3 }, () => clientFrame(0, "x".repeat(32_768), { fin: false })),
        clientFrame(0, "x"),
      ]),
      1009,
      "Message too big",
    ],
    ["a frame of 32769 bytes", clientFrame(1, "x".repeat(32_769)), 1009, "Message too big"],
    [
      "such a frame within a message",
      Buffer.concat([clientFrame(1, "a", { fin: false }), clientFrame(0, "x".repeat(32_769))]),
      1009,
      "Message too big",
    ],
    [
      "such a frame behind one that breaks the protocol",
      Buffer.concat([Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), clientFrame(1, "x".repeat(32_769))]),
      1002,
      "Protocol error",
    ],
    ["text that is not UTF-8", clientFrame(1, Buffer.from([0xff, 0xfe, 0xfd])), 1007, "Invalid UTF-8"],
    ["a frame that is not masked", Buffer.from([0x81, 1, 0x41]), 1002, "Protocol error"],
    ["an unknown opcode", clientFrame(3, "x"), 1002, "Protocol error"],
    ["a reserved bit", Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), 1002, "Protocol error"],
    ["a close code that may not be sent", clientCloseFrame(1006), 1002, "Protocol error"],
  ];
  it.each(cases)("%s closes the connection, and $disconnect says so", async (_, bytes, code, reason) => {
    await using rig = await startClosingRig({ $default: () => ({ statusCode: 200 }) });
    const client = await rig.upgraded();
    client.write(bytes);
    await client.until((text) => text.includes(reason));
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
    expect(client.received).toEqual(Buffer.concat([Buffer.from([0x88, payload.length]), payload]));
    client.write(clientCloseFrame(code));
    client.socket.end();
    await client.closed;
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: code, reason }]);
  });

  it("a message of 131072 bytes in frames of 32768 it does take", async () => {
    const lengths: number[] = [];
    await using rig = await startClosingRig({
      $default: (event) => void (event.kind === "message" && lengths.push(event.body.length)),
    });
    const client = await rig.upgraded();
    const part = "x".repeat(32_768);
    client.write(clientFrame(1, part, { fin: false }));
    client.write(clientFrame(0, part, { fin: false }));
    client.write(clientFrame(0, part, { fin: false }));
    client.write(clientFrame(0, part));
    await eventually(() => lengths.length === 1);
    expect(lengths).toEqual([131_072]);
  });

  it("frames of any length it does take where the API's limit says so", async () => {
    const lengths: number[] = [];
    await using rig = await startClosingRig(
      { $default: (event) => void (event.kind === "message" && lengths.push(event.body.length)) },
      { api: makeApi([makeRoute("$default")], { limits: { ...defaultLimits, frameBytes: 131_072 } }) },
    );
    const client = await rig.connect();
    client.send("x".repeat(131_072));
    await eventually(() => lengths.length === 1);
    expect(lengths).toEqual([131_072]);
  });

  it("is a frame too long even behind a close frame: that close counts", async () => {
    await using rig = await startClosingRig();
    const client = await rig.upgraded();
    client.write(Buffer.concat([clientCloseFrame(1000, "bye"), clientFrame(1, "x".repeat(32_769))]));
    await client.closed;
    await rig.gateway.stop();
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1000, reason: "bye" }]);
  });

  it("messages before it are served", async () => {
    const bodies: string[] = [];
    await using rig = await startClosingRig({
      $default: (event) => void (event.kind === "message" && bodies.push(event.body)),
    });
    const client = await rig.upgraded();
    client.write(Buffer.concat([clientFrame(1, "good"), Buffer.from([0x81, 1, 0x41])]));
    await client.until((text) => text.includes("Protocol error"));
    expect(bodies).toEqual(["good"]);
    const other = await rig.upgraded();
    other.write(Buffer.concat([clientFrame(1, "fine"), clientFrame(1, "x".repeat(32_769))]));
    await other.until((text) => text.includes("Message too big"));
    expect(bodies).toEqual(["good", "fine"]);
  });

  it("reaches a client that is still sending", async () => {
    await using rig = await startClosingRig();
    const client = await rig.connect();
    client.send("x".repeat(8 * 1024 * 1024));
    expect(await client.closed).toEqual({ code: 1009, reason: "Message too big" });
  });
});

describe("a client that leaves while $connect runs", () => {
  async function leaveDuringConnect(
    drop: "end" | "resetAndDestroy",
    answer: { statusCode: number },
  ): Promise<{ rig: Awaited<ReturnType<typeof startClosingRig>>; id: string }> {
    const gate = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<string>();
    const rig = await startClosingRig({
      $connect: (event: InvocationEvent) => {
        if ("connection" in event) started.resolve(event.connection.connectionId);
        return gate.promise;
      },
    });
    const client = await rig.raw();
    client.write(upgradeRequest());
    const id = await started.promise;
    client.socket[drop]();
    await client.closed;
    // The client's end has to reach the gateway before the function's answer does.
    await new Promise((resolve) => setTimeout(resolve, 50));
    gate.resolve(answer);
    return { rig, id };
  }

  it.each(["end", "resetAndDestroy"] as const)(
    "(%s) gets $disconnect with 1006, once, when it was accepted",
    async (drop) => {
      const { rig, id } = await leaveDuringConnect(drop, { statusCode: 200 });
      await using _ = rig;
      await eventually(() => rig.disconnects.length === 1);
      await rig.gateway.stop();
      expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1006, reason: "" }]);
      expect(rig.disconnects[0]?.connection.connectionId).toBe(id);
      await expect(rig.gateway.send(id, "x")).rejects.toMatchObject({ code: "CONNECTION_GONE" });
    },
  );

  it("gets none when it was refused", async () => {
    const { rig } = await leaveDuringConnect("resetAndDestroy", { statusCode: 403 });
    await using _ = rig;
    await rig.gateway.stop();
    expect(rig.disconnects).toEqual([]);
  });
});
