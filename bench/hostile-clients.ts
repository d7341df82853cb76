/**
 * What well-meaning clients feel of hostile ones: for each kind of attack the 99th percentile of their messages' way there
 * and back, in turn without and with it. Server, attackers and clients are processes of their own. Other work on the
 * machine only adds to a round: of each kind the least disturbed one counts. The exit code says whether each attack stayed
 * within twice the quiet value. `node bench/hostile-clients.ts [part of an attack's name]`, with `ROUNDS` and `ROUND_MS`.
 */
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

const rounds = Number(process.env.ROUNDS ?? 10);
const roundMs = Number(process.env.ROUND_MS ?? 1000);
const neighbours = 50;
/** Between two messages of one neighbour: below what the server lets each send. */
const paceMs = 50;
/** Below this nobody could tell a difference from the machine's own noise. */
const leastMs = 2;

const serverFile = fileURLToPath(new URL("hostile-server.ts", import.meta.url));
const attacksFile = fileURLToPath(new URL("hostile-attacks.ts", import.meta.url));

interface Load {
  readonly megabytes: number;
  readonly files: number;
  readonly cpuMs: number;
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  return ((await once(child, "message")) as [T])[0];
}

async function loadOf(server: ChildProcess): Promise<Load> {
  server.send("load");
  return answerOf<Load>(server);
}

class Neighbour {
  readonly #socket: WebSocket;
  #sentAt = 0;
  #times: number[] = [];

  constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/dev`);
    this.#socket.on("message", () => this.#times.push(performance.now() - this.#sentAt));
  }

  async open(offsetMs: number): Promise<void> {
    await once(this.#socket, "open");
    await sleep(offsetMs);
    setInterval(() => {
      this.#sentAt = performance.now();
      this.#socket.send("hello");
    }, paceMs);
  }

  take(): number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function measure(clients: readonly Neighbour[]): Promise<number> {
  for (const client of clients) client.take();
  await sleep(roundMs);
  return percentile(
    clients.flatMap((client) => client.take()),
    0.99,
  );
}

/** Before other work of the machine, where one may. Children are as their parent. */
try {
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  console.log("May not go before other work of this machine: the figures are of both");
}

const server = fork(serverFile);
const { port } = await answerOf<{ port: number }>(server);
const clients = Array.from({ length: neighbours }, () => new Neighbour(port));
await Promise.all(clients.map((client, at) => client.open((at * paceMs) / neighbours)));
await measure(clients);

const wanted = process.argv[2] ?? "";
const kinds = execFileSync(process.execPath, [attacksFile, "list"], { encoding: "utf8" }).trim().split("\n");
console.log(`${rounds} rounds of ${roundMs} ms for each; 99th percentiles of the least disturbed ones`);
console.log("attack                               quiet ms   attacked ms   ratio  CPU %    MB  files");
let isWithin = true;
for (const kind of kinds.filter((name) => name.includes(wanted))) {
  const quiet: number[] = [];
  const attacked: number[] = [];
  let load: Load = { megabytes: 0, files: 0, cpuMs: 0 };
  let cpuMs = 0;
  for (let round = 0; round < rounds; round++) {
    quiet.push(await measure(clients));
    const attacker = fork(attacksFile, [kind, String(port)]);
    await answerOf(attacker);
    await sleep(1000);
    const before = await loadOf(server);
    attacked.push(await measure(clients));
    load = await loadOf(server);
    cpuMs += load.cpuMs - before.cpuMs;
    attacker.kill("SIGKILL");
    await once(attacker, "exit");
    await sleep(500);
  }
  const [before, under] = [Math.min(...quiet), Math.min(...attacked)];
  const ratio = under / Math.max(before, leastMs);
  isWithin &&= ratio <= 2;
  console.log(
    [
      kind.padEnd(36),
      before.toFixed(2).padStart(9),
      under.toFixed(2).padStart(13),
      ratio.toFixed(2).padStart(7),
      ((100 * cpuMs) / rounds / roundMs).toFixed(0).padStart(6),
      String(load.megabytes).padStart(5),
      String(load.files).padStart(6),
    ].join(" "),
  );
}
server.kill();
console.log(isWithin ? "All within twice the quiet value." : "Not all within twice the quiet value.");
process.exit(isWithin ? 0 : 1);
