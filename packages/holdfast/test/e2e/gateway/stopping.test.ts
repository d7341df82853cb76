import { describe, expect, it } from "vitest";
import type { ConnectionFacts } from "../../../src/model/gateway-event.ts";
import { cause, startClosingRig } from "./closing-rig.ts";
import { eventually } from "./rig.ts";

describe("stopping the gateway", () => {
  it("closes every connection with 1001, and waits for every $disconnect", async () => {
    let done = 0;
    await using rig = await startClosingRig({
      $disconnect: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        done += 1;
      },
    });
    const clients = await Promise.all([rig.connect(), rig.connect(), rig.connect()]);
    await rig.gateway.stop();
    expect(done).toBe(3);
    for (const client of clients) expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  });

  it("refuses new clients with 503, and closes one whose $connect was running", async () => {
    const gate = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    await using rig = await startClosingRig({
      $connect: () => {
        started.resolve();
        return gate.promise;
      },
    });
    const waiting = rig.connect();
    await started.promise;
    const stopped = rig.gateway.stop();
    expect((await rig.refusal()).status).toBe(503);
    gate.resolve({ statusCode: 200 });
    await stopped;
    expect(await (await waiting).closed).toEqual({ code: 1001, reason: "Going away" });
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1001, reason: "Going away" }]);
  });

  it("does not wait for ever", async () => {
    await using rig = await startClosingRig({
      $disconnect: () => new Promise((resolve) => setTimeout(resolve, 500)),
    });
    await rig.connect();
    await rig.gateway.stop(20);
    expect(rig.events("gateway.stop-timeout")).toHaveLength(1);
  });
});

describe("closing the listener", () => {
  it("closes connections with 1001 and leaves no socket", async () => {
    await using rig = await startClosingRig();
    const client = await rig.connect();
    await rig.listener.close();
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    await expect(rig.raw()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1001, reason: "Going away" }]);
  });

  it("ends clients that do not answer, sockets that say nothing and requests that do not end", async () => {
    await using rig = await startClosingRig({}, { http: () => {} });
    const clients = [await rig.upgraded(), await rig.raw(), await rig.raw()];
    clients[2]?.write("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await rig.listener.close(100);
    for (const client of clients) await client.closed;
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1001, reason: "Going away" }]);
  });

  it("does not wait for sockets that say nothing, nor for clients that would keep theirs", async () => {
    await using rig = await startClosingRig(
      {},
      {
        limits: { firstByteTimeoutMs: 120_000 },
        http: (_request, response) => void setTimeout(() => response.end("done"), 50),
      },
    );
    const silent = await rig.raw();
    const keeper = await rig.raw();
    keeper.write("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const startedAtMs = performance.now();
    await rig.listener.close(120_000);
    // Node alone would wait its five seconds for the next request.
    expect(performance.now() - startedAtMs).toBeLessThan(4000);
    expect(keeper.text).toContain("done");
    await silent.closed;
  });

  it("lets requests under way end, and refuses a handshake that waits for $connect", async () => {
    const gate = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    const request = Promise.withResolvers<void>();
    await using rig = await startClosingRig(
      {
        $connect: () => {
          started.resolve();
          return gate.promise;
        },
      },
      { http: (_request, response) => void request.promise.then(() => response.end("done")) },
    );
    const page = fetch(`http://127.0.0.1:${rig.port}/page`).then((response) => response.text());
    const refusal = rig.refusal();
    await started.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = rig.listener.close();
    gate.resolve({ statusCode: 200 });
    request.resolve();
    expect(await page).toBe("done");
    expect((await refusal).status).toBe(503);
    await closed;
    expect(rig.disconnects.map(cause)).toEqual([{ statusCode: 1006, reason: "" }]);
  });
});

describe("records of open connections", () => {
  function memoryRecords() {
    const open = new Map<string, ConnectionFacts>();
    return {
      open,
      opened: (record: ConnectionFacts) => void open.set(record.connectionId, record),
      closed: (connectionId: string) => void open.delete(connectionId),
    };
  }

  it("are there from $connect on, with the attributes it set, until $disconnect has run", async () => {
    const records = memoryRecords();
    const sizes: number[] = [];
    await using rig = await startClosingRig(
      {
        $connect: () => {
          sizes.push(records.open.size);
          return { statusCode: 200, attributes: { name: "Ann" } };
        },
        $disconnect: () => void sizes.push(records.open.size),
      },
      { records },
    );
    const client = await rig.connect();
    expect([...records.open.values()]).toMatchObject([{ attributes: { name: "Ann" }, apiName: "chat" }]);
    client.socket.close();
    await eventually(() => records.open.size === 0);
    expect(sizes).toEqual([1, 1]);
  });

  it("of a refused handshake go", async () => {
    const records = memoryRecords();
    await using rig = await startClosingRig({ $connect: () => ({ statusCode: 403 }) }, { records });
    await rig.refusal();
    expect(records.open.size).toBe(0);
  });

  it("that an unclean stop left get their $disconnect, once, and then go", async () => {
    const records = memoryRecords();
    await using rig = await startClosingRig({}, { records });
    await rig.connect();
    const [own] = records.open.values();
    const ghosts = Array.from(
      { length: 1000 },
      (_, n) => ({ ...own, connectionId: `ghost-${n}` }) as ConnectionFacts,
    );
    for (const ghost of ghosts) records.opened(ghost);
    await rig.gateway.runGhosts([...records.open.values()]);
    expect(rig.disconnects).toHaveLength(1000);
    expect(new Set(rig.disconnects.map(({ connection }) => connection.connectionId)).size).toBe(1000);
    expect(rig.disconnects.map(cause)).toContainEqual({ statusCode: 1006, reason: "" });
    expect([...records.open.keys()]).toEqual([own?.connectionId]);
    await rig.gateway.runGhosts([]);
  });

  it("of ghosts go even when $disconnect fails, or does not exist", async () => {
    const records = memoryRecords();
    await using rig = await startClosingRig(
      {
        $disconnect: () => {
          throw new Error("no");
        },
      },
      { records },
    );
    await rig.connect();
    const [own] = records.open.values();
    const ghost = { ...own, connectionId: "ghost" } as ConnectionFacts;
    records.opened(ghost);
    await rig.gateway.runGhosts([ghost]);
    expect(records.open.has("ghost")).toBe(false);
    expect(rig.events("gateway.function-failed")).toHaveLength(1);
  });
});
