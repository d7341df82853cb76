import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { memoryLog } from "../../../base/log.ts";
import type { HandOver } from "../../local/succession/hand-over.ts";
import type { SupervisorMessage, WorkerMessage } from "./messages.ts";
import { connectSocketPair } from "./socket-pair.ts";
import { SupervisorLink } from "./supervisor-link.ts";

/** A worker's end of a channel to a supervisor that a test plays. */
class Channel extends EventEmitter {
  readonly said: WorkerMessage[] = [];

  send(message: WorkerMessage): void {
    this.said.push(message);
    this.emit("said", message.kind);
  }

  tell(message: SupervisorMessage, handle?: Socket): void {
    this.emit("message", message, handle);
  }

  async hears(kind: WorkerMessage["kind"]): Promise<void> {
    while (!this.said.some((one) => one.kind === kind)) await once(this, "said");
  }
}

/** What was done to the app, in order. */
class App implements HandOver {
  readonly steps: string[] = [];
  failure: Error | undefined;

  async release(): Promise<void> {
    this.steps.push("release");
  }

  async takeBack(): Promise<void> {
    this.steps.push("takeBack");
    if (this.failure !== undefined) throw this.failure;
  }

  async passTo(node: number): Promise<void> {
    this.steps.push(`passTo ${node}`);
  }
}

describe("a worker's link to its supervisor", () => {
  const links: SupervisorLink[] = [];

  afterEach(async () => {
    for (const link of links.splice(0)) await link.close();
  });

  async function start(node: number, predecessor?: number) {
    const channel = new Channel();
    const log = memoryLog();
    const opening = SupervisorLink.open(channel, log);
    channel.tell({ kind: "start", node, keySeed: "seed", ...(predecessor !== undefined && { predecessor }) });
    const link = await opening;
    links.push(link);
    return { channel, link, log, app: new App() };
  }

  type Worker = Awaited<ReturnType<typeof start>>;

  async function introduce(before: Worker, next: Worker): Promise<void> {
    await next.channel.hears("prepared");
    const [here, there] = await connectSocketPair();
    before.channel.tell({ kind: "peer", node: 1 }, here);
    next.channel.tell({ kind: "peer", node: 0 }, there);
  }

  async function startPair() {
    const before = await start(0);
    const beforeEnds = before.link.serve(before.app);
    before.channel.tell({ kind: "in-charge" });
    const next = await start(1, 0);
    const hasState = next.link.succession.awaitState();
    await introduce(before, next);
    await hasState;
    return { before, beforeEnds, next };
  }

  it("gives the first worker the state at once, and ends it when the supervisor says so", async () => {
    const { channel, link, app } = await start(0);
    await link.succession.awaitState();
    const ends = link.serve(app);
    channel.tell({ kind: "in-charge" });
    channel.tell({ kind: "stop" });
    expect(await ends).toBe("stopped");
    expect(channel.said).toEqual([{ kind: "serving" }]);
    expect(app.steps).toEqual([]);
  });

  it("passes the state on, and has its worker end once the next one is in charge", async () => {
    const { before, beforeEnds, next } = await startPair();
    expect(before.app.steps).toEqual(["release"]);
    const nextEnds = next.link.serve(next.app);
    await next.channel.hears("serving");
    expect(before.app.steps).toEqual(["release"]);
    next.channel.tell({ kind: "in-charge" });
    expect(await beforeEnds).toBe("succeeded");
    expect(before.app.steps).toEqual(["release", "passTo 1"]);

    const gone = next.link.predecessorGone();
    await before.link.close();
    await gone;
    next.channel.tell({ kind: "stop" });
    expect(await nextEnds).toBe("stopped");
  });

  it("takes the state back when the next one goes before it serves, even while it is to stop", async () => {
    const { before, beforeEnds, next } = await startPair();
    before.channel.tell({ kind: "stop" });
    await next.link.close();
    expect(await beforeEnds).toBe("stopped");
    expect(before.app.steps).toEqual(["release", "takeBack"]);
  });

  it("ends its worker where the state does not come back, and says so", async () => {
    const { before, beforeEnds, next } = await startPair();
    before.app.failure = new Error("the disk has gone");
    await next.link.close();
    await expect(beforeEnds).rejects.toBe(before.app.failure);
    expect(before.log.entries).toMatchObject([{ level: "error", event: "state-lost" }]);
  });

  it("ends its worker when the supervisor goes, one that waits for the state by an error", async () => {
    const before = await start(0);
    const ends = before.link.serve(before.app);
    before.channel.emit("disconnect");
    expect(await ends).toBe("stopped");
    const next = await start(1, 0);
    const hasState = next.link.succession.awaitState();
    next.channel.emit("disconnect");
    await expect(hasState).rejects.toMatchObject({ code: "NODE_GONE" });
  });

  it("hears why a port cannot be opened", async () => {
    const { channel, link } = await start(0);
    const opening = link.succession.open("localhost", 80);
    expect(channel.said).toEqual([{ kind: "open", id: 1, host: "localhost", port: 80 }]);
    channel.tell({
      kind: "not-opened",
      id: 1,
      error: { code: "ADDRESS_IN_USE", name: "HoldfastError", message: "taken" },
    });
    await expect(opening).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  });
});
