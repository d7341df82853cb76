import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { copyExistingApp } from "../e2e/existing-apps/existing-app.ts";
import { makeFolder, openClient, removeFolder, type Client } from "../support/holdfast.ts";
import { countingApp } from "./rolling-restart/counting-app.ts";
import { RestlessClients } from "./rolling-restart/restless-clients.ts";
import { isAlive, startServe, type ServeProcess } from "./rolling-restart/serve-process.ts";

const restarts = 20;
const clients = 50;
const messagesPerSecond = 2_000;

describe("holdfast serve", () => {
  const folders: string[] = [];
  const started: ServeProcess[] = [];

  afterEach(async () => {
    for (const { child, exited } of started.splice(0)) {
      // Two of one kind may arrive as one.
      child.kill("SIGTERM");
      child.kill("SIGINT");
      await exited;
    }
    for (const folder of folders.splice(0)) await removeFolder(folder);
  });

  async function prepare(): Promise<string> {
    const folder = await makeFolder({ "app.ts": countingApp });
    folders.push(folder);
    return folder;
  }

  async function start(folder: string, windowMs: number, port = 0): Promise<ServeProcess> {
    const served = await startServe(folder, `port=${port}`, `drain.windowMs=${windowMs}`);
    started.push(served);
    return served;
  }

  const list = async (served: ServeProcess, name: string): Promise<string[]> =>
    (await (await fetch(new URL(name, served.http))).json()) as string[];

  it(
    `loses nothing through ${restarts} restarts under ${messagesPerSecond} messages a second`,
    { timeout: 180_000 },
    async () => {
      const folder = await prepare();
      const served = await start(folder, 500);
      const restless = new RestlessClients(served.url);
      restless.start(clients, messagesPerSecond);
      await expect.poll(() => restless.tally.acknowledged.size, { timeout: 10_000 }).toBeGreaterThan(1_000);
      for (let restart = 0; restart < restarts; restart += 1) {
        served.child.kill("SIGHUP");
        await served.next("ready");
        await served.next("stopped");
      }
      // From here on nobody is let in.
      await expect.poll(() => restless.connectedCount).toBe(clients);
      restless.stop();
      served.child.kill("SIGTERM");
      expect(await served.exited).toBe(0);
      await expect.poll(() => restless.connectedCount).toBe(0);

      const { tally } = restless;
      expect(tally.refusals).toEqual([]);
      expect([...tally.closes.keys()]).toEqual([1012]);
      expect(tally.opened).toBeGreaterThanOrEqual(clients * (restarts + 1));

      const again = await start(folder, 0);
      const [messages, opened, ended] = await Promise.all(
        ["messages", "opened", "ended"].map((name) => list(again, name)),
      );
      const stored = new Set(messages);
      const lost = [...tally.acknowledged].filter((id) => !stored.has(id));
      const unacknowledged = tally.sent - tally.acknowledged.size;
      console.log(
        `${restarts} restarts, ${tally.opened} connections, ${tally.sent} messages: ${unacknowledged} were not acknowledged, ${lost.length} were lost`,
      );
      expect(lost).toEqual([]);
      expect(tally.sent).toBeGreaterThan(messagesPerSecond * restarts * 0.5);
      expect(opened).toHaveLength(tally.opened);
      expect(ended?.toSorted()).toEqual(opened?.toSorted());
      // The service of one process has stopped before that of the next starts.
      const turns = await list(again, "turns");
      expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? "start" : "stop")));
      expect(turns.length).toBeGreaterThanOrEqual(2 * (restarts + 1));
      again.child.kill("SIGTERM");
      expect(await again.exited).toBe(0);
      expect(await again.workers()).toEqual([]);
    },
  );

  it("reaches connections wherever they are while two processes have some", async () => {
    const served = await start(await prepare(), 4_000);
    const old = await openClient(served.url);
    old.socket.send("who");
    const oldId = (await old.next()).slice("you ".length);
    served.child.kill("SIGHUP");
    // Until then either process may take a newcomer.
    await served.next("draining");
    const young = await openClient(served.url);
    young.socket.send(`to ${oldId}`);
    expect(await old.next()).toBe("from another");
    young.socket.send("all of you");
    expect(await old.next()).toBe("all of you");
    expect([await young.next(), await young.next()]).toEqual(["all of you", "told 2"]);
    // What the old process is still asked is answered from the state that the new one has.
    old.socket.send("late");
    expect(await old.next()).toBe("late");
    expect(await list(served, "messages")).toEqual(["late"]);
    expect((await old.closed).code).toBe(1012);
    young.socket.send("still here");
    expect(await young.next()).toBe("still here");
  });

  it("lets functions of the old process reach tables and connections by AWS's SDK until they end", async () => {
    const folder = await copyExistingApp("sam-chat");
    folders.push(folder);
    const served = await start(folder, 4_000);
    const old = await openClient(served.url);
    const say = ({ socket }: Client, data: string) =>
      socket.send(JSON.stringify({ action: "sendmessage", data }));
    // From now on its function has sockets to the old process.
    say(old, "hello");
    expect(await old.next()).toBe("hello");
    served.child.kill("SIGHUP");
    // Until then either process may take a newcomer.
    await served.next("draining");
    const young = await openClient(served.url);
    for (const [speaker, data] of [
      [old, "from the old"],
      [young, "from the new"],
    ] as const) {
      say(speaker, data);
      expect([await old.next(), await young.next()]).toEqual([data, data]);
    }
    expect((await old.closed).code).toBe(1012);
    await served.next("stopped");
    say(young, "alone");
    expect(await young.next()).toBe("alone");
    expect(served.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("goes on with the old code when the new code does not load, or does not fit the data", async () => {
    const folder = await prepare();
    const served = await start(folder, 200);
    const client = await openClient(served.url);
    const talk = async (text: string) => {
      client.socket.send(text);
      expect(await client.next()).toBe(text);
    };
    await talk("before");
    await writeFile(path.join(folder, "app.ts"), "this is no code");
    served.child.kill("SIGHUP");
    await served.next("restart-failed");
    await talk("after code that does not load");

    await writeFile(
      path.join(folder, "app.ts"),
      countingApp.replace('"messages", { key: "id" }', '"messages", { key: "other" }'),
    );
    served.child.kill("SIGHUP");
    const talking = talk("in between");
    await served.next("restart-failed");
    await talking;
    await talk("after a table that does not fit");
    expect(await served.workers()).toHaveLength(1);

    await writeFile(path.join(folder, "app.ts"), countingApp);
    served.child.kill("SIGHUP");
    await served.next("ready");
    expect((await client.closed).code).toBe(1012);
    expect(await list(served, "messages")).toHaveLength(4);
  });

  it("runs $disconnect for the clients of an old process that is killed on its way out", async () => {
    const served = await start(await prepare(), 20_000);
    const client = await openClient(served.url);
    client.socket.send("who");
    const id = (await client.next()).slice("you ".length);
    const [old] = await served.workers();
    served.child.kill("SIGHUP");
    await served.next("ready");
    expect(await list(served, "ended")).toEqual([]);
    process.kill(old ?? 0, "SIGKILL");
    await client.closed;
    await expect.poll(() => list(served, "ended")).toEqual([id]);
    const other = await openClient(served.url);
    other.socket.send("goes on");
    expect(await other.next()).toBe("goes on");
  });

  it("leaves nothing behind when its supervisor is killed: clients are sent away, and the state is whole", async () => {
    const folder = await prepare();
    const served = await start(folder, 200);
    const client = await openClient(served.url);
    client.socket.send("first");
    await client.next();
    const workers = await served.workers();
    served.child.kill("SIGKILL");
    expect((await client.closed).code).toBe(1012);
    await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    const again = await start(folder, 200);
    expect(await list(again, "messages")).toEqual(["first"]);
    expect(await list(again, "ended")).toHaveLength(1);
  });

  it("ends with the worker that serves, and says so by its exit code", async () => {
    const served = await start(await prepare(), 200);
    const [worker] = await served.workers();
    process.kill(worker ?? 0, "SIGKILL");
    expect(await served.exited).toBe(137);
  });

  it("is drained by a first SIGTERM, and ended at once by a second", async () => {
    const served = await start(await prepare(), 20_000);
    const client = await openClient(served.url);
    const workers = await served.workers();
    served.child.kill("SIGTERM");
    await served.next("draining");
    served.child.kill("SIGTERM");
    expect(await served.exited).toBe(143);
    expect((await client.closed).code).toBe(1006);
    expect(workers.filter(isAlive)).toEqual([]);
  });

  it("remembers a restart that is asked for during another", async () => {
    const served = await start(await prepare(), 300);
    served.child.kill("SIGHUP");
    await served.next("ready");
    // The first process sends its clients away at this moment.
    served.child.kill("SIGHUP");
    served.child.kill("SIGHUP");
    await served.next("ready");
    await served.next("stopped");
    await served.next("stopped");
    served.child.kill("SIGTERM");
    expect(await served.exited).toBe(0);
    expect(served.lines.filter(({ event }) => event === "ready")).toHaveLength(3);
  });
});
