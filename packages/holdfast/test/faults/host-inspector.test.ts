import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import {
  fixturesDir,
  functionModel,
  functionModels,
  startHostRig,
  type HostRig,
  patience,
} from "../fixtures/host/host-rig.ts";

/** As much of a debugger as the tests need. */
class Debugger implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #events: { method: string; params: Record<string, unknown> }[] = [];
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { method?: string; params: Record<string, unknown> };
      if (message.method !== undefined) this.#events.push({ method: message.method, params: message.params });
    });
  }

  static async attach(url: string): Promise<Debugger> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new Debugger(socket);
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = (this.#lastId += 1);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => {
      const listen = (data: Buffer): void => {
        const message = JSON.parse(data.toString()) as { id?: number; result: Record<string, unknown> };
        if (message.id !== id) return;
        this.#socket.off("message", listen);
        resolve(message.result);
      };
      this.#socket.on("message", listen);
    });
  }

  async event(method: string): Promise<Record<string, unknown>> {
    await vi.waitUntil(() => this.#events.some((one) => one.method === method), patience);
    const index = this.#events.findIndex((one) => one.method === method);
    return this.#events.splice(index, 1)[0]?.params ?? {};
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return;
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

/** Where the fixture first holds this text; both counted from 0. */
function placeOf(text: string): { lineNumber: number; columnNumber: number } {
  const lines = readFileSync(`${fixturesDir}faults.mjs`, "utf8").split("\n");
  const lineNumber = lines.findIndex((line) => line.includes(text));
  return { lineNumber, columnNumber: lines[lineNumber]?.indexOf(text) ?? -1 };
}

const inspect = { host: "127.0.0.1", port: 0 };

function inspectorPort(rig: HostRig, process = "main"): number {
  const entry = rig.log.entries.find(
    ({ event, fields }) => event === "inspector-listening" && fields.process === process,
  );
  return Number(entry?.fields.port);
}

test("a debugger stops a handler at a breakpoint, and deadlines wait for it", async () => {
  await using rig = startHostRig({ inspect });
  await rig.deploy([functionModel("echo", { timeoutMs: 300 })]);
  await using debugging = await Debugger.attach(`ws://127.0.0.1:${inspectorPort(rig)}/any-path`);
  await debugging.send("Debugger.enable");
  const set = await debugging.send("Debugger.setBreakpointByUrl", {
    ...placeOf("event.body,"),
    urlRegex: ".*/faults\\.mjs$",
  });
  expect(set.locations).toHaveLength(1);

  const invoked = rig.invoke("echo", "stopped");
  const paused = await debugging.event("Debugger.paused");
  expect(paused.callFrames).toContainEqual(expect.objectContaining({ functionName: "echo" }));
  // Far beyond the deadline, and beyond the time after which a process counts as blocked.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await debugging.send("Debugger.resume");
  expect(await invoked).toEqual({ outcome: "returned", payload: "stopped" });
});

test("once the debugger has gone, deadlines hold again", async () => {
  await using rig = startHostRig({ inspect });
  await rig.deploy([
    functionModel("never", { timeoutMs: 1_500 }),
    functionModel("loop", { timeoutMs: 300 }),
    ...functionModels("pid"),
  ]);
  const pid = await rig.value("pid");
  let under: Promise<unknown>;
  {
    await using debugging = await Debugger.attach(`ws://127.0.0.1:${inspectorPort(rig)}`);
    await debugging.send("Runtime.enable");
    under = rig.invoke("never");
    const first = await Promise.race([under, new Promise((resolve) => setTimeout(resolve, 2_500))]);
    expect(first).toBeUndefined();
  }
  const detachedAt = performance.now();
  expect(await under).toMatchObject({ outcome: "timed-out" });
  // It had its whole time again, but for what passed while the connection closed.
  expect(performance.now() - detachedAt).toBeGreaterThan(700);
  expect(await rig.invoke("loop")).toMatchObject({ outcome: "timed-out" });
  await expect.poll(() => rig.invoke("pid"), patience).toMatchObject({ outcome: "returned" });
  expect(await rig.value("pid")).not.toBe(pid);
});

test("after a reload the same address leads to the new process, and the old connection has ended", async () => {
  await using rig = startHostRig({ inspect });
  await rig.deploy(functionModels("pid"));
  const url = `ws://127.0.0.1:${inspectorPort(rig)}/the-same`;
  const evaluatePid = async (debugging: Debugger): Promise<unknown> => {
    const { result } = await debugging.send("Runtime.evaluate", { expression: "process.pid" });
    return (result as { value: unknown }).value;
  };
  await using before = await Debugger.attach(url);
  expect(await evaluatePid(before)).toBe(await rig.value("pid"));
  await rig.deploy(functionModels("pid"));
  await expect.poll(() => before.isClosed, patience).toBe(true);
  await using after = await Debugger.attach(url);
  expect(await evaluatePid(after)).toBe(await rig.value("pid"));
});

test("the list of targets names the address it was asked at", async () => {
  await using rig = startHostRig({ inspect });
  await rig.deploy(functionModels("pid"));
  const port = inspectorPort(rig);
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  expect(target?.webSocketDebuggerUrl).toMatch(new RegExp(`^ws://127\\.0\\.0\\.1:${port}/`));
  await using debugging = await Debugger.attach(target?.webSocketDebuggerUrl ?? "");
  expect(await debugging.send("Runtime.enable")).toEqual({});
});

test("an isolated function has an address of its own, which answers once it has run", async () => {
  await using rig = startHostRig({ inspect });
  await rig.deploy([
    ...functionModels("pid"),
    functionModel("apart", { code: { kind: "export", file: "", export: "pid" }, isolated: true }),
  ]);
  const port = inspectorPort(rig, "function:apart");
  expect((await fetch(`http://127.0.0.1:${port}/json/list`)).status).toBe(503);
  const pid = await rig.value("apart");
  await using debugging = await Debugger.attach(`ws://127.0.0.1:${port}`);
  const { result } = await debugging.send("Runtime.evaluate", { expression: "process.pid" });
  expect(result).toMatchObject({ value: pid });
});

test("an address that is taken is an error before any code is loaded", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  {
    await using rig = startHostRig({ inspect: { host: "127.0.0.1", port } });
    await expect(rig.deploy(functionModels("pid"))).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  }
  await new Promise((resolve) => server.close(resolve));
});
