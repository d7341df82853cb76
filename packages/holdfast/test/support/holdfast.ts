import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

export const holdfastBin = fileURLToPath(new URL("../../bin/holdfast.js", import.meta.url));

/** A folder with these files, outside the checkout, as a user's app is. */
export async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-test-"));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

export type Line = Readonly<Record<string, unknown>> & { readonly event: string };

export interface ReadyLine extends Line {
  readonly websockets: readonly { readonly name: string; readonly url: string }[];
  readonly http: string;
  readonly startupMs: number;
  readonly functions: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
}

/** A real `holdfast dev --json`, or `holdfast serve --json`. */
export interface DevProcess {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  readonly ready: ReadyLine;
  readonly url: string;
  /** Resolves with the first line, from `from` on, that fits. */
  line(fits: (line: Line) => boolean, timeoutMs?: number): Promise<Line>;
  /** Ctrl-C; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function startDev(folder: string, ...args: string[]): Promise<DevProcess> {
  return startCommand(["dev", "--json", "--port", "0", ...args], folder);
}

export function startServe(folder: string, ...args: string[]): Promise<DevProcess> {
  return startCommand(["serve", "--json", "--host", "localhost", "--port", "0", ...args], folder);
}

async function startCommand(args: readonly string[], folder: string): Promise<DevProcess> {
  const child = spawn(process.execPath, [holdfastBin, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines: Line[] = [];
  let errors = "";
  const watchers = new Set<() => void>();
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push(JSON.parse(text) as Line);
    watchers.forEach((check) => check());
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const line = (fits: (line: Line) => boolean, timeoutMs = 10_000): Promise<Line> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(check);
        reject(
          new Error(`No such line within ${timeoutMs} ms. Lines: ${JSON.stringify(lines)} Errors: ${errors}`),
        );
      }, timeoutMs);
      const check = (): void => {
        const found = lines.find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        watchers.delete(check);
        resolve(found);
      };
      watchers.add(check);
      check();
    });
  const ready = (await line((one) => one.event === "ready" || one.event === "error", 30_000)) as ReadyLine;
  if (ready.event === "error") throw new Error(`It did not start: ${JSON.stringify(ready)}`);
  return {
    child,
    lines,
    ready,
    url: ready.websockets[0]?.url ?? "",
    line,
    async stop(signal = "SIGINT") {
      child.kill(signal);
      return exited;
    },
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export function runHoldfast(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [holdfastBin, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    timeout: 20_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

/** An independent client that remembers what it received. */
export interface Client {
  readonly socket: WebSocket;
  readonly messages: readonly string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  next(timeoutMs?: number): Promise<string>;
}

export async function openClient(
  url: string,
  protocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<Client> {
  const socket = new WebSocket(url, protocols, { headers });
  const messages: string[] = [];
  let taken = 0;
  const watchers = new Set<() => void>();
  socket.on("message", (data: Buffer) => {
    messages.push(data.toString());
    watchers.forEach((check) => check());
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => {});
  return {
    socket,
    messages,
    closed,
    next: (timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(check);
          reject(new Error(`No message within ${timeoutMs} ms; so far: ${JSON.stringify(messages)}`));
        }, timeoutMs);
        const check = (): void => {
          const message = messages[taken];
          if (message === undefined) return;
          taken += 1;
          clearTimeout(timer);
          watchers.delete(check);
          resolve(message);
        };
        watchers.add(check);
        check();
      }),
  };
}
