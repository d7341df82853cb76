import { describe, expect, it } from "vitest";
import { makeApi } from "../../../test/e2e/gateway/rig.ts";
import { ManualClock } from "../../base/clock.ts";
import { GoneError } from "../../base/errors.ts";
import { silentLog } from "../../base/log.ts";
import { MemoryInvoker } from "../../host/memory-invoker.ts";
import { createGateway } from "../engine.ts";
import type { Gateway } from "../gateway.ts";
import { IdSource } from "../ids.ts";
import { answerForConnections } from "./answer-for-connections.ts";
import { ClusterConnections } from "./cluster-connections.ts";
import { MemoryNetwork } from "./memory-backplane.ts";

interface Client {
  readonly id: string;
  readonly received: string[];
  readonly closes: [number | undefined, string][];
}

function startNode(network: MemoryNetwork, node: number, api = "websocket") {
  const clock = new ManualClock(1_000_000);
  const gateway: Gateway = createGateway({
    api: { ...makeApi([]), name: api },
    apiId: "a",
    stage: "dev",
    domainName: "localhost",
    node,
    invoker: new MemoryInvoker({}, { clock, timeoutMs: 1000 }),
    clock,
    log: silentLog,
  });
  const backplane = network.join(node);
  answerForConnections(backplane, (name) => (name === api ? gateway : undefined));
  const connections = new ClusterConnections({ api, local: gateway, backplane });
  return { backplane, connections, gateway, connect: () => connect(gateway) };
}

async function connect(gateway: Gateway): Promise<Client> {
  const answer = await gateway.open({
    headers: [],
    query: [],
    sourceIp: "127.0.0.1",
    secure: false,
    port: 80,
    target: "/dev",
  });
  if (answer.kind !== "accepted") throw new Error("refused");
  const received: string[] = [];
  const closes: Client["closes"] = [];
  const port = answer.attach({
    send: (frame) => void received.push(frame.subarray(2).toString()),
    close: (code, reason) => {
      closes.push([code, reason]);
      port.gone();
    },
    pause: () => {},
    resume: () => {},
  });
  return { id: answer.connectionId, received, closes };
}

function startThree() {
  const network = new MemoryNetwork();
  return [startNode(network, 0), startNode(network, 1), startNode(network, 2)] as const;
}

describe("connections of a cluster", () => {
  it("reach a connection from each node, wherever its socket is", async () => {
    const nodes = startThree();
    const client = await nodes[1].connect();
    for (const [index, { connections }] of nodes.entries()) await connections.send(client.id, `${index}`);
    expect(client.received).toEqual(["0", "1", "2"]);
    expect(await nodes[2].connections.describe(client.id)).toMatchObject({ connectionId: client.id });
    await nodes[0].connections.close(client.id, { code: 4001, reason: "enough" });
    expect(client.closes).toEqual([[4001, "enough"]]);
    await expect(nodes[0].connections.send(client.id, "x")).rejects.toBeInstanceOf(GoneError);
  });

  it("of a node that is not there, or has gone, are gone", async () => {
    const [here, there] = startThree();
    await expect(here.connections.send(new IdSource(9).connectionId(), "x")).rejects.toBeInstanceOf(
      GoneError,
    );
    const { id } = await there.connect();
    const asked = here.connections.send(id, "x");
    await there.backplane.close();
    // It was sent before the node went, or is gone.
    const [outcome] = await Promise.allSettled([asked]);
    expect(outcome.status === "fulfilled" || outcome.reason instanceof GoneError).toBe(true);
    await expect(here.connections.describe(id)).rejects.toBeInstanceOf(GoneError);
    expect(await here.connections.broadcast("x")).toBe(0);
  });

  it("refuse an id that no node made", async () => {
    const [here] = startThree();
    await expect(here.connections.send("AAAAAAAAAAAAAAAAAA==", "x")).rejects.toMatchObject({
      code: "CONNECTION_ID_INVALID",
    });
  });

  it("are all told by a broadcast, but for those who are left out, and are counted", async () => {
    const [first, second, third] = startThree();
    const clients = [
      await first.connect(),
      await second.connect(),
      await second.connect(),
      await third.connect(),
    ];
    const except = [clients[2]?.id ?? ""];
    expect(await second.connections.broadcast("hello", { except })).toBe(3);
    expect(clients.map(({ received }) => received.length)).toEqual([1, 1, 0, 1]);
  });

  it("share rooms across nodes", async () => {
    const [first, second, third] = startThree();
    const [a, b, c] = [await first.connect(), await second.connect(), await third.connect()];
    for (const { id } of [a, b]) await third.connections.join("lobby", id);
    expect((await first.connections.members("lobby")).toSorted()).toEqual([a.id, b.id].toSorted());
    expect(await third.connections.sendToRoom("lobby", "in")).toBe(2);
    await third.connections.leave("lobby", b.id);
    expect(await second.connections.sendToRoom("lobby", "still in", { except: [c.id] })).toBe(1);
    expect([a.received, b.received, c.received]).toEqual([["in", "still in"], ["in"], []]);
    await second.backplane.close();
    await third.connections.leave("lobby", b.id);
  });

  it("refuse before anybody has got anything", async () => {
    const [first, second] = startThree();
    const there = await second.connect();
    await expect(first.connections.sendToRoom("", "x")).rejects.toMatchObject({ code: "ROOM_INVALID" });
    await expect(first.connections.broadcast("x".repeat(200_000))).rejects.toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
    });
    expect(there.received).toEqual([]);
  });

  it("are none where a node does not have the API", async () => {
    const network = new MemoryNetwork();
    const [old, young] = [startNode(network, 0, "chat"), startNode(network, 1, "talk")];
    const { id } = await old.connect();
    await expect(young.connections.send(id, "x")).rejects.toBeInstanceOf(GoneError);
    expect(await young.connections.broadcast("x")).toBe(0);
    expect(await young.connections.members("lobby")).toEqual([]);
  });
});
