import { afterAll, beforeAll, expect, test } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  startDev,
  type Client,
  type DevProcess,
} from "../support/holdfast.ts";

// Each route does something that a handler must not do; none of it may reach the gateway, a socket or the next message.
const app = `import { App } from "holdfast";
const app = new App("faults");
export default app;
const ws = app.websocket();
const left = app.table("left", { key: "id" });
ws.onMessage(({ text }) => "echo " + text);
ws.on("id", ({ connectionId }) => connectionId);
ws.onDisconnect(async ({ connectionId }) => { await left.put({ id: connectionId }); });
app.http.get("/left", async () => Response.json(await Array.fromAsync(left.scan())));
ws.on("throw", () => { throw new TypeError("thrown on purpose"); });
ws.on("reject", () => { Promise.reject(new Error("rejected on purpose")); return new Promise(() => {}); });
ws.on("exit", () => process.exit(3));
ws.on("kill-self", () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); });
ws.on("kill-parent", () => { process.kill(process.ppid, "SIGKILL"); return "sent"; });
ws.on("abort", () => process.abort());
ws.on("never", { timeoutMs: 300 }, () => new Promise(() => {}));
ws.on("loop", { timeoutMs: 300 }, () => { for (;;); });
ws.on("loop-apart", { timeoutMs: 300, isolated: true }, () => { for (;;); });
ws.on("heap", { memoryMb: 128 }, () => { const all = []; for (;;) all.push({ text: "x".repeat(100) + all.length }); });
ws.on("buffers", { memoryMb: 128 }, async () => {
  const all = [];
  for (;;) { all.push(Buffer.alloc(8 * 1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 5)); }
});
ws.on("function-result", () => () => 1);
ws.on("bigint-result", () => ({ big: 1n }));
ws.on("circular-result", () => { const circle = {}; circle.self = circle; return circle; });
ws.on("foreign-id", async () => { await ws.send("AAAAAAAAAAAAAAAAAAAAAA==", "x"); });
`;

let folder: string;
let running: DevProcess;
let bystander: Client;

beforeAll(async () => {
  folder = await makeFolder({ "app.ts": app });
  running = await startDev(folder);
  bystander = await openClient(running.url);
});

afterAll(async () => {
  if (running.child.exitCode === null) await running.stop("SIGKILL");
  await removeFolder(folder);
});

const errorFrame = /^\{"message": "Internal server error", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/;

/** The action, and what the log must say of it. */
const faults: Record<string, RegExp> = {
  throw: /thrown on purpose[\s\S]*app\.ts:10/,
  reject: /rejected on purpose/,
  exit: /exit[\s\S]*3/i,
  "kill-self": /SIGKILL/,
  abort: /SIGABRT/,
  never: /HANDLER_TIMEOUT/,
  loop: /HANDLER_TIMEOUT/,
  "loop-apart": /HANDLER_TIMEOUT/,
  heap: /FUNCTION_OUT_OF_MEMORY/,
  buffers: /FUNCTION_OUT_OF_MEMORY/,
  "function-result": /HANDLER_RESULT_INVALID/,
  "bigint-result": /bigint/,
  "circular-result": /circular/i,
  "foreign-id": /CONNECTION_ID_INVALID/,
};

for (const [action, logged] of Object.entries(faults)) {
  test(`a handler that does "${action}" costs its sender an error frame and nobody anything else`, async () => {
    const client = await openClient(running.url);
    const linesBefore = running.lines.length;

    client.socket.send(JSON.stringify({ action }));
    expect(await client.next(20_000)).toMatch(errorFrame);

    client.socket.send("alive?");
    expect(await client.next(10_000)).toBe("echo alive?");
    bystander.socket.send(action);
    expect(await bystander.next(10_000)).toBe(`echo ${action}`);
    expect(running.child.exitCode).toBeNull();
    await expect
      .poll(() => JSON.stringify(running.lines.slice(linesBefore)), { timeout: 5000 })
      .toMatch(logged);
    client.socket.close();
  });
}

test("a handler that kills its parent process does not reach the gateway", async () => {
  const client = await openClient(running.url);
  client.socket.send('{"action":"kill-parent"}');
  await client.next(10_000);
  // Its own process may take a moment to fall: until then senders hear of it.
  await expect
    .poll(
      async () => {
        client.socket.send("alive?");
        return client.next(10_000);
      },
      { timeout: 10_000 },
    )
    .toBe("echo alive?");
  expect(running.child.exitCode).toBeNull();
});

test("a connection that ends while the process is blocked still gets its $disconnect, once the process is replaced", async () => {
  const blocker = await openClient(running.url);
  const leaver = await openClient(running.url);
  leaver.socket.send('{"action":"id"}');
  const id = await leaver.next();
  blocker.socket.send('{"action":"loop"}');
  leaver.socket.close(1000);
  expect(await blocker.next(20_000)).toMatch(errorFrame);
  await expect
    .poll(async () => (await fetch(new URL("/left", running.ready.http))).json(), { timeout: 10_000 })
    .toContainEqual({ id });
});

test("after all of that the gateway stops cleanly", async () => {
  expect(await running.stop()).toBe(0);
});
