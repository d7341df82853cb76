import { describe, expect, it } from "vitest";
import type { MessageEvent } from "../../../src/model/gateway-event.ts";
import { ManualClock } from "../../../src/base/clock.ts";
import { defaultLimits } from "../../../src/model/defaults.ts";
import { cause, startClosingRig } from "./closing-rig.ts";
import { clientFrame, eventually, makeApi, makeRoute, startRig } from "./rig.ts";

describe("time, on a clock that is moved", () => {
  it("ends a quiet connection after ten minutes with 1001 Going away", async () => {
    const clock = new ManualClock(1_000_000);
    await using rig = await startClosingRig({}, { clock });
    const client = await rig.connect();
    clock.advance(10 * 60_000 - 1000);
    await rig.gateway.describe(rig.ids[0] ?? "");
    clock.advance(2000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    await eventually(() => rig.disconnects.length === 1);
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1001, reason: "Going away" }]);
  });

  it("ends a connection that is never quiet after two hours", async () => {
    const clock = new ManualClock(1_000_000);
    await using rig = await startClosingRig({}, { clock });
    const client = await rig.connect();
    const id = rig.ids[0] ?? "";
    for (let minutes = 0; minutes < 119; minutes += 1) {
      clock.advance(60_000);
      await rig.gateway.send(id, "busy");
    }
    clock.advance(61_000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(client.messages).toHaveLength(119);
  });

  it.each([
    ["idleTimeoutMs", 30_000],
    ["connectionDurationMs", 30_000],
  ] as const)("ends it when the app says so by %s", async (limit, ms) => {
    const clock = new ManualClock(1_000_000);
    const api = makeApi([], { limits: { ...defaultLimits, [limit]: ms } });
    await using rig = await startRig({ functions: {}, api, clock });
    const client = await rig.connect();
    clock.advance(ms + 1000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  });
});

describe("a URL", () => {
  const path = (bytes: number): string => `/dev?${"x".repeat(bytes - 5)}`;

  it("of 4096 bytes is taken, and one more is 414, without $connect", async () => {
    let runs = 0;
    await using rig = await startRig({ functions: { $connect: () => ((runs += 1), { statusCode: 200 }) } });
    await rig.connect({ path: path(4096) });
    const { status, body } = await rig.refusal({ path: path(4097) });
    expect(status).toBe(414);
    expect(body).toMatch(/^\{"message": "URI Too Long", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/);
    expect(runs).toBe(1);
  });

  it("may be longer where the app says so", async () => {
    const api = makeApi([], { limits: { ...defaultLimits, urlBytes: 8000 } });
    await using rig = await startRig({ functions: {}, api });
    await rig.connect({ path: path(8000) });
    expect((await rig.refusal({ path: path(8001) })).status).toBe(414);
  });
});

describe("a message", () => {
  it("may be longer or must be shorter where the app says so", async () => {
    const bodies: number[] = [];
    const limits = { ...defaultLimits, messageBytes: 200_000, frameBytes: 100_000 };
    await using rig = await startRig({
      functions: { $default: (event) => void (event.kind === "message" && bodies.push(event.body.length)) },
      api: makeApi([makeRoute("$default")], { limits }),
    });
    const client = await rig.upgraded();
    client.write(clientFrame(1, "x".repeat(100_000), { fin: false }));
    client.write(clientFrame(0, "x".repeat(100_000)));
    await eventually(() => bodies.length === 1);
    expect(bodies).toEqual([200_000]);
    rig.gateway.deploy(
      makeApi([makeRoute("$default")], { limits: { ...limits, messageBytes: 10, frameBytes: 10 } }),
    );
    const other = await rig.connect();
    other.send("x".repeat(11));
    expect(await other.closed).toEqual({ code: 1009, reason: "Message too big" });
  });
});

describe("binary messages", () => {
  const bytes = Buffer.from([0, 1, 0xff, 0xfe, 0x7b]);

  it("close the connection with 1003 unless the app allows them", async () => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    const client = await rig.connect();
    client.socket.send(bytes);
    expect(await client.closed).toEqual({ code: 1003, reason: "Binary is not supported" });
  });

  it("reach the handler of $default as base64, even where they hold what text would be routed by", async () => {
    const events: MessageEvent[] = [];
    await using rig = await startRig({
      functions: {
        echo: () => undefined,
        $default: (event) => void (event.kind === "message" && events.push(event)),
      },
      api: makeApi([makeRoute("echo"), makeRoute("$default")], { binary: "allow" }),
    });
    const client = await rig.connect();
    client.socket.send(bytes);
    client.socket.send(Buffer.from('{"action":"echo"}'));
    await eventually(() => events.length === 2);
    expect(events[0]).toMatchObject({
      routeKey: "$default",
      isBase64Encoded: true,
      body: bytes.toString("base64"),
    });
    expect(events[1]).toMatchObject({ routeKey: "$default", isBase64Encoded: true });
    client.send("text");
    await eventually(() => events.length === 3);
    expect(events[2]).toMatchObject({ isBase64Encoded: false, body: "text" });
  });

  it("are Forbidden without $default, and the log says why", async () => {
    await using rig = await startRig({
      functions: { echo: () => undefined },
      api: makeApi([makeRoute("echo")], { binary: "allow" }),
    });
    const client = await rig.connect();
    client.socket.send(bytes);
    expect(await client.next()).toContain('"Forbidden"');
    expect(rig.events("gateway.forbidden")[0]?.fields.message).toContain(
      "The message is binary, and there is no $default route",
    );
  });

  it("keep their order among texts on ordered routes, and count for the limit of a message", async () => {
    const bodies: string[] = [];
    await using rig = await startRig({
      functions: { $default: (event) => void (event.kind === "message" && bodies.push(event.body)) },
      api: makeApi([makeRoute("$default", { ordered: true })], {
        binary: "allow",
        limits: { ...defaultLimits, messageBytes: 10 },
      }),
    });
    const client = await rig.connect();
    client.send("1");
    client.socket.send(Buffer.from("2"));
    client.send("3");
    await eventually(() => bodies.length === 3);
    expect(bodies).toEqual(["1", Buffer.from("2").toString("base64"), "3"]);
    client.socket.send(Buffer.alloc(11));
    expect(await client.closed).toEqual({ code: 1009, reason: "Message too big" });
  });
});
