import { fork } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { makeFolder, removeFolder, startServe } from "../support/holdfast.ts";
import type { ClientsOrder, ClientsReport } from "./soak-clients.ts";

export interface SoakOptions {
  readonly sockets: number;
  readonly messagesPerSecond: number;
  readonly seconds: number;
  /** Until then the processes may still grow to their size, which takes them some 300,000 messages. */
  readonly warmUp: ClientsOrder["warmUp"];
  readonly onSample?: (sample: Sample) => void;
}

/** Of the server: all of its processes together. */
export interface Sample {
  readonly atSeconds: number;
  readonly residentMb: number;
  readonly descriptors: number;
}

export interface SoakReport {
  readonly clients: ClientsReport;
  /** From the end of the warm-up on, one every `sampleMs`. */
  readonly samples: readonly Sample[];
  readonly errorLines: readonly unknown[];
  readonly exitCode: number | null;
}

const sampleMs = 2000;

const app = `import { App } from "holdfast";
const app = new App("soak");
export default app;
const ws = app.websocket();
ws.onMessage(({ text }) => text);
`;

/** Holds sockets open at a real \`holdfast serve\` and has messages answered over them, while its size is watched. */
export async function runSoak({ onSample, ...options }: SoakOptions): Promise<SoakReport> {
  const folder = await makeFolder({ "app.ts": app });
  const server = await startServe(folder, "--set", "limits.connections=20000", "--set", "drain.windowMs=500");
  const clients = fork(fileURLToPath(new URL("soak-clients.ts", import.meta.url)));
  try {
    const order: ClientsOrder = { ...options, url: server.url };
    clients.send(order);
    await new Promise((resolve) => clients.once("message", resolve));
    const ended = new Promise<ClientsReport>((resolve, reject) => {
      clients.once("message", (report) => resolve(report as ClientsReport));
      clients.once("exit", (code) => reject(new Error(`The clients ended with ${code}`)));
    });
    const startedAt = performance.now();
    const samples: Sample[] = [];
    const timer = setInterval(() => {
      const atSeconds = (performance.now() - startedAt) / 1000;
      if (atSeconds < options.warmUp.seconds || atSeconds > options.seconds) return;
      void measure(server.child.pid ?? 0).then((size) => {
        const sample = { atSeconds, ...size };
        samples.push(sample);
        onSample?.(sample);
      });
    }, sampleMs);
    const report = await ended.finally(() => clearInterval(timer));
    const errorLines = server.lines.filter(({ level }) => level === "error");
    return { clients: report, samples, errorLines, exitCode: await server.stop("SIGTERM") };
  } finally {
    clients.kill("SIGKILL");
    if (server.child.exitCode === null) await server.stop("SIGKILL");
    await removeFolder(folder);
  }
}

async function measure(pid: number): Promise<Omit<Sample, "atSeconds">> {
  let residentMb = 0;
  let descriptors = 0;
  for (const one of await processesOf(pid)) {
    // One of them may have ended meanwhile.
    const status = await readFile(`/proc/${one}/status`, "utf8").catch(() => "");
    residentMb += Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    descriptors += (await readdir(`/proc/${one}/fd`).catch(() => [])).length;
  }
  return { residentMb, descriptors };
}

/** A process and all that it started. */
async function processesOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  const pids = children.join(" ").split(" ").filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(pids.map(processesOf))).flat()];
}

/** The mean of the first third and of the last: what one sample shows depends on when garbage was collected. */
export function growth(
  samples: readonly Sample[],
  of: "residentMb" | "descriptors",
): readonly [number, number] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const mean = (some: readonly Sample[]): number =>
    some.reduce((sum, sample) => sum + sample[of], 0) / some.length;
  return [mean(samples.slice(0, third)), mean(samples.slice(-third))];
}
