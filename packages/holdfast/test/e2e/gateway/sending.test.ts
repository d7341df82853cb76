import { describe, expect, it } from "vitest";
import { GoneError, HoldfastError } from "../../../src/base/errors.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import { eventually, makeApi, makeRoute, startRig } from "./rig.ts";

const connectionIdOf = (event: InvocationEvent): string =>
  !("connection" in event) ? "" : event.connection.connectionId;

describe("sending to a connection", () => {
  it("keeps the order of the calls, and many in one turn leave together", async () => {
    let id = "";
    await using rig = await startRig({
      functions: { $connect: (event) => ((id = connectionIdOf(event)), { statusCode: 200 }) },
    });
    const client = await rig.upgraded();
    const texts = Array.from({ length: 100 }, (_, n) => `message ${n}`);
    await Promise.all(texts.map((text) => rig.gateway.send(id, text)));
    const bytes = Buffer.concat(
      texts.map((text) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])),
    );
    client.reads = 0;
    expect(await client.bytes(bytes.length)).toEqual(bytes);
    // The kernel may cut what left in one write, though hardly a hundred times.
    expect(client.reads).toBeLessThan(10);
  });

  it("takes 131072 bytes and refuses one more, and the connection survives", async () => {
    let id = "";
    await using rig = await startRig({
      functions: { $connect: (event) => ((id = connectionIdOf(event)), { statusCode: 200 }) },
    });
    const client = await rig.connect();
    await expect(rig.gateway.send(id, "x".repeat(131_073))).rejects.toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
    });
    await expect(rig.gateway.send(id, "ä".repeat(65_537))).rejects.toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
    });
    await rig.gateway.send(id, "ä".repeat(65_536));
    expect((await client.next()).length).toBe(65_536);
    await rig.gateway.send(id, "");
    expect(await client.next()).toBe("");
  });

  it("that is gone or was never ours rejects", async () => {
    let id = "";
    await using rig = await startRig({
      functions: { $connect: (event) => ((id = connectionIdOf(event)), { statusCode: 200 }) },
    });
    const client = await rig.connect();
    client.socket.close();
    await client.closed;
    await expect(rig.gateway.send(id, "x")).rejects.toBeInstanceOf(GoneError);
    await expect(rig.gateway.close(id)).rejects.toBeInstanceOf(GoneError);
    await expect(rig.gateway.describe(id)).rejects.toBeInstanceOf(GoneError);
    for (const foreign of ["", "AAAAAAAAAAAAAAA=", `A${id.slice(1)}`, "x".repeat(10_000)]) {
      if (foreign === id) continue;
      await expect(rig.gateway.send(foreign, "x")).rejects.toMatchObject({ code: "CONNECTION_ID_INVALID" });
      await expect(rig.gateway.close(foreign)).rejects.toMatchObject({ code: "CONNECTION_ID_INVALID" });
      await expect(rig.gateway.describe(foreign)).rejects.toMatchObject({ code: "CONNECTION_ID_INVALID" });
    }
  });

  it("moves lastActiveAt, and so does a message; describing does not", async () => {
    let id = "";
    let heard = 0;
    await using rig = await startRig({
      functions: {
        $connect: (event) => ((id = connectionIdOf(event)), { statusCode: 200 }),
        $default: () => void (heard += 1),
      },
    });
    const client = await rig.connect({ ws: { headers: { "User-Agent": "probe" } } });
    const before = await rig.gateway.describe(id);
    expect(before).toMatchObject({ connectionId: id, sourceIp: "127.0.0.1", userAgent: "probe" });
    expect(before.lastActiveAt).toBe(before.connectedAt);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await rig.gateway.describe(id)).toEqual(before);
    client.send("x");
    await eventually(() => heard === 1);
    const after = await rig.gateway.describe(id);
    expect(after.lastActiveAt).toBeGreaterThan(before.lastActiveAt);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rig.gateway.send(id, "y");
    expect((await rig.gateway.describe(id)).lastActiveAt).toBeGreaterThan(after.lastActiveAt);
  });
});

describe("a deployment", () => {
  it("reaches connections that are open", async () => {
    await using rig = await startRig({
      functions: { one: () => ({ statusCode: 200, body: "1" }), two: () => ({ statusCode: 200, body: "2" }) },
      api: makeApi([makeRoute("one", { responds: true })]),
    });
    const client = await rig.connect();
    client.send({ action: "two" });
    expect(await client.next()).toContain("Forbidden");
    rig.gateway.deploy(makeApi([makeRoute("two", { responds: true })]));
    client.send({ action: "two" });
    expect(await client.next()).toBe("2");
    client.send({ action: "one" });
    expect(await client.next()).toContain("Forbidden");
  });

  it("changes the stage variables of connections that are open", async () => {
    const seen: unknown[] = [];
    await using rig = await startRig({
      functions: {
        $default: (event) => void ("connection" in event && seen.push(event.connection.stageVariables)),
      },
      api: makeApi([makeRoute("$default")], { stageVariables: { colour: "red" } }),
    });
    const client = await rig.connect();
    client.send("1");
    await eventually(() => seen.length === 1);
    rig.gateway.deploy(makeApi([makeRoute("$default")], { stageVariables: { colour: "blue" } }));
    client.send("2");
    await eventually(() => seen.length === 2);
    rig.gateway.deploy(makeApi([makeRoute("$default")]));
    client.send("3");
    await eventually(() => seen.length === 3);
    expect(seen).toEqual([{ colour: "red" }, { colour: "blue" }, undefined]);
  });

  it("that cannot be served is refused, and the old one goes on", async () => {
    await using rig = await startRig({
      functions: { one: () => ({ statusCode: 200, body: "1" }) },
      api: makeApi([makeRoute("one", { responds: true })]),
    });
    const client = await rig.connect();
    const broken = makeApi([makeRoute("one", { apiKeyRequired: true })]);
    expect(() => rig.gateway.deploy(broken)).toThrow(HoldfastError);
    client.send({ action: "one" });
    expect(await client.next()).toBe("1");
  });
});
