/**
 * What `holdfast dev` makes one wait for: from process start to the first accepted socket, and from a save to the first
 * message that the new code answers. Prints medians; run it on a quiet machine.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

const bin = fileURLToPath(new URL("../packages/holdfast/bin/holdfast.js", import.meta.url));
const relay = fileURLToPath(new URL("../examples/relay/", import.meta.url));
const rounds = 15;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startDev(folder: string): Promise<Running> {
  const child = spawn(process.execPath, [bin, "dev", "--json", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<string>((resolve) => lines.once("line", resolve));
  const { websockets } = JSON.parse(ready) as { websockets: { url: string }[] };
  return { child, url: websockets[0]?.url ?? "" };
}

async function stop({ child }: Running): Promise<void> {
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await exited;
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}

/** From process start to the first accepted socket, in milliseconds. */
async function measureStart(folder: string): Promise<number> {
  const startedAt = performance.now();
  const running = await startDev(folder);
  const socket = await connect(running.url);
  const tookMs = performance.now() - startedAt;
  socket.terminate();
  await stop(running);
  return tookMs;
}

const appWith = (functions: number, version: number): string => `import { App } from "holdfast";
const app = new App("reload");
export default app;
const ws = app.websocket();
ws.onMessage(() => "v${version}");
${Array.from({ length: functions - 1 }, (_, index) => `ws.on("route${index}", () => ${index});`).join("\n")}
`;

/** From save to the first answer of the new code, in milliseconds, asking all the time. */
async function measureReloads(functions: number): Promise<number[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
  const file = path.join(folder, "app.ts");
  await writeFile(file, appWith(functions, 0));
  const running = await startDev(folder);
  const socket = await connect(running.url);
  const times: number[] = [];
  for (let version = 1; version <= rounds; version += 1) {
    await sleep(400);
    const savedAt = performance.now();
    await writeFile(file, appWith(functions, version));
    await untilAnswered(socket, `v${version}`);
    times.push(performance.now() - savedAt);
  }
  socket.terminate();
  await stop(running);
  await rm(folder, { recursive: true });
  return times;
}

function untilAnswered(socket: WebSocket, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (data: Buffer): void => {
      if (data.toString() !== wanted) return void setTimeout(() => socket.send("?"), 1);
      socket.off("message", onMessage);
      resolve();
    };
    socket.on("message", onMessage);
    socket.send("?");
  });
}

function describe(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0);
  console.log(`${name.padEnd(44)} median ${at(0.5)} ms, from ${at(0)} to ${at(1)} (${sorted.length} runs)`);
}

const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
await cp(relay, folder, {
  recursive: true,
  filter: (file) => !file.includes(".holdfast") && !file.includes("node_modules"),
});
const starts: number[] = [];
for (let round = 0; round < rounds; round += 1) starts.push(await measureStart(folder));
await rm(folder, { recursive: true });
describe("relay: process start to first accepted socket", starts);
for (const functions of [1, 20])
  describe(
    `save to new code, ${functions} function${functions === 1 ? "" : "s"}`,
    await measureReloads(functions),
  );
