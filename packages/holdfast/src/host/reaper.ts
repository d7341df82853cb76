import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Log } from "../base/log.ts";

/**
 * Reads `add` and `remove` with a process group on its input. When that ends, with this process, however it ended,
 * it kills the groups that are left and, where /proc tells, every process whose environment has the mark: that left its
 * group, or whose parent has ended. Signals that are meant for this process do not stop it.
 */
const script = `
trap "" HUP INT TERM
groups=
while read -r action group; do
  case $action in
    add) groups="$groups $group" ;;
    remove)
      kept=
      for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
      groups=$kept ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
for file in $(grep -l -F -e "$1" /proc/[0-9]*/environ 2>/dev/null); do
  process=\${file#/proc/}
  kill -s KILL "\${process%/environ}" 2>/dev/null
done
`;

/** A reaper that lives no longer than this is not started again until there is something new to watch. */
const shortLifeMs = 1_000;

export interface ReaperOptions {
  /** Path of a POSIX shell. */
  readonly shell: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** Sees to it that no function process outlives this process, not even one that loops after a `kill -9` of ours. */
export class Reaper {
  readonly #options: ReaperOptions;
  readonly #groups = new Set<number>();
  readonly #id = randomUUID();
  #process: ChildProcess | undefined;
  #stopped = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** For the environment of processes that are to take with them whatever they start, as Lambda's sandbox does. */
  get mark(): Readonly<Record<string, string>> {
    return { HOLDFAST_SANDBOX: this.#id };
  }

  add(group: number): void {
    this.#groups.add(group);
    if (this.#process === undefined) this.#start();
    else this.#process.stdin?.write(`add ${group}\n`);
  }

  /** To be called as soon as the group is empty: its number may then be given to others. */
  remove(group: number): void {
    if (this.#groups.delete(group)) this.#process?.stdin?.write(`remove ${group}\n`);
  }

  /** Lets go of all groups, kills what has the mark, and ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const reaper = this.#process;
    if (reaper === undefined) return;
    for (const group of this.#groups) this.remove(group);
    reaper.stdin?.end();
    if (reaper.exitCode === null && reaper.signalCode === null) {
      await new Promise((resolve) => reaper.once("exit", resolve));
    }
  }

  #start(): void {
    const startedAt = performance.now();
    const reaper: ChildProcess = spawn(this.#options.shell, ["-c", script, "holdfast-reaper", this.#id], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: this.#options.environment,
    });
    this.#process = reaper;
    const lost = (cause: string): void => {
      if (this.#process !== reaper) return;
      this.#process = undefined;
      if (this.#stopped) return;
      this.#options.log("warn", "reaper-ended", {
        message: `The process that ends functions after a crash of Holdfast has ended (${cause})`,
      });
      if (this.#groups.size > 0 && performance.now() - startedAt > shortLifeMs) this.#start();
    };
    reaper.once("error", (error) => lost(error.message));
    reaper.once("exit", (code, signal) => lost(signal ?? `code ${code}`));
    // It may be gone when we write to it; its exit says so.
    reaper.stdin?.on("error", () => {});
    for (const group of this.#groups) reaper.stdin?.write(`add ${group}\n`);
  }
}
