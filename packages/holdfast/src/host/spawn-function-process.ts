import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { HoldfastError } from "../base/errors.ts";

/**
 * Stands between this process and a function process and leads its process group, so that a function's
 * `process.kill(process.ppid)` or `process.kill(0)` ends nothing but itself. It writes no core dumps into the app's
 * folder, and tells Linux to take functions first when memory runs out. It lets go of the pipes, so that they close
 * when the function process does, and hands on its exit code, or 128 and the signal's number.
 */
const launcherScript = `
ulimit -c 0
{ echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
"$@" &
exec 1>&- 2>&- 3>&-
wait "$!"
exit "$?"
`;

/** What Node itself takes beside the heap. */
const nodeOverheadMb = 50;
/** V8's default on 64 bits. */
const largestSemiSpaceMb = 64;
/** The young generation is three times as large as what V8 calls a semi-space. */
const youngPerSemiSpace = 3;

export interface SpawnOptions {
  readonly entry: URL;
  readonly environment: NodeJS.ProcessEnv;
  readonly memoryMb: number;
  readonly inspect: boolean;
  /** Path of a POSIX shell; without one the process is a plain child. */
  readonly shell: string | undefined;
}

export interface SpawnedProcess {
  /** The launcher, where there is one. */
  readonly process: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export interface SpawnedFunctionProcess extends SpawnedProcess {
  readonly pipe: Duplex;
}

export interface ProgramOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly shell: string | undefined;
}

export function findShell(): string | undefined {
  return process.platform !== "win32" && existsSync("/bin/sh") ? "/bin/sh" : undefined;
}

/** In a process group of its own, which no terminal's signals reach. Throws `FUNCTION_CRASHED`. */
export function spawnFunctionProcess(options: SpawnOptions): SpawnedFunctionProcess {
  const command = [process.execPath, ...nodeFlags(options), fileURLToPath(options.entry)];
  const child = spawnDetached(command, options, ["ignore", "pipe", "pipe", "pipe"]);
  return { process: child, ...pipesOf(child) };
}

/** A program of any kind, without a pipe to it. In a process group of its own too. Throws `FUNCTION_CRASHED`. */
export function spawnProgram(options: ProgramOptions): SpawnedProcess {
  const child = spawnDetached(options.command, options, ["ignore", "pipe", "pipe"]);
  const { stdout, stderr } = pipesOf(child);
  return { process: child, stdout, stderr };
}

function spawnDetached(
  command: readonly string[],
  { shell, environment, cwd }: Pick<ProgramOptions, "environment" | "shell"> & { readonly cwd?: string },
  stdio: ("ignore" | "pipe")[],
): ChildProcess {
  const [file, ...args] =
    shell === undefined ? command : [shell, "-c", launcherScript, "holdfast-launcher", ...command];
  return spawn(file ?? process.execPath, args, {
    detached: true,
    windowsHide: true,
    stdio,
    env: environment,
    ...(cwd !== undefined && { cwd }),
  });
}

/** Throws `FUNCTION_CRASHED` when there are none, for want of file descriptors. */
function pipesOf(child: ChildProcess): Omit<SpawnedFunctionProcess, "process"> {
  const stdio = child.stdio as unknown as readonly [null, Readable, Readable, Duplex] | undefined;
  if (stdio !== undefined) return { stdout: stdio[1], stderr: stdio[2], pipe: stdio[3] };
  // It has an error event to come as well.
  child.on("error", () => {});
  throw new HoldfastError("FUNCTION_CRASHED", "Cannot start a function process: too many files are open", {
    hint: "Raise the limit of open files (ulimit -n), or hold fewer connections.",
  });
}

function nodeFlags(options: SpawnOptions): string[] {
  return [
    ...heapFlags(options.memoryMb),
    // The URL is for the host's proxy, and would be noise in the log.
    ...(options.inspect ? ["--inspect=127.0.0.1:0", "--inspect-publish-uid=http"] : []),
  ];
}

/**
 * Heap and all else must fit below the limit, or garbage that nobody has collected yet would count as use: left to
 * itself, V8 lets young objects alone take 192 MB.
 */
function heapFlags(memoryMb: number): string[] {
  const semiSpaceMb = Math.max(1, Math.min(largestSemiSpaceMb, 2 ** Math.floor(Math.log2(memoryMb / 32))));
  const oldSpaceMb = Math.max(memoryMb - nodeOverheadMb - youngPerSemiSpace * semiSpaceMb, memoryMb / 4);
  return [`--max-old-space-size=${Math.ceil(oldSpaceMb)}`, `--max-semi-space-size=${semiSpaceMb}`];
}
