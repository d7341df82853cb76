import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command line that runs `connect`, before its arguments. */
export const connectProgram: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL("../fixtures/run-connect.ts", import.meta.url)),
];

export interface ConnectOptions {
  readonly cwd?: string;
  /** What is piped in; without it the input stays open and empty. */
  readonly input?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ConnectProcess {
  readonly child: ChildProcess;
  /** The standard output so far. */
  readonly output: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts `connect` with pipes at all ends. */
export function startConnect(args: readonly string[], options: ConnectOptions = {}): ConnectProcess {
  const [node = "", ...program] = connectProgram;
  // Longer than any test, so that none leaves a process behind.
  const child = spawn(node, [...program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: "pipe",
    timeout: 60_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => {});
  if (options.input !== undefined) child.stdin.end(options.input);
  return {
    child,
    output: () => stdout,
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))),
  };
}

/** Runs `connect` to its end. */
export function runConnect(args: readonly string[], options: ConnectOptions = {}): ConnectProcess["ended"] {
  return startConnect(args, options).ended;
}
