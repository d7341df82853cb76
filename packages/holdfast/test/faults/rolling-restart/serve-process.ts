import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { holdfastBin, type Line, type ReadyLine } from "../../support/holdfast.ts";

/** A real `holdfast serve --json`: the supervisor, whose workers write the lines. */
export interface ServeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly http: string;
  readonly lines: readonly Line[];
  /** Resolves with the next line of this event: each is taken once. */
  next(event: string): Promise<Line>;
  /** Processes of the app's that run now, oldest first. */
  workers(): Promise<readonly number[]>;
  /** Resolves with the exit code, or with the signal. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
}

const patienceMs = 20_000;

export async function startServe(folder: string, ...settings: readonly string[]): Promise<ServeProcess> {
  const args = ["serve", "--json", ...["host=127.0.0.1", ...settings].flatMap((one) => ["--set", one])];
  const child = spawn(process.execPath, [holdfastBin, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: Line[] = [];
  const taken = new Set<Line>();
  const watchers = new Set<() => void>();
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push(JSON.parse(text) as Line);
    for (const check of watchers) check();
  });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  const next = (event: string): Promise<Line> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = lines.find((line) => line.event === event && !taken.has(line));
        if (found === undefined) return;
        taken.add(found);
        clearTimeout(timer);
        watchers.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        watchers.delete(check);
        const said = lines.slice(-20).map((line) => JSON.stringify(line));
        reject(new Error(`No line "${event}" came.\n${said.join("\n")}\n${errors}`));
      }, patienceMs);
      watchers.add(check);
      check();
    });
  const ready = (await next("ready")) as ReadyLine;
  return {
    child,
    url: ready.websockets[0]?.url ?? "",
    http: ready.http,
    lines,
    next,
    workers: () => childrenOf(child.pid ?? 0),
    exited,
  };
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []))
    .toSorted((a, b) => a - b);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
