import type { Clock } from "../base/clock.ts";
import { HoldfastError, type ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Bundle } from "../ports/bundle.ts";
import type { ResourceCalls } from "../ports/resource-calls.ts";
import { failure } from "./failure.ts";
import { FunctionChild } from "./function-child.ts";
import type { HostLimits } from "./host-limits.ts";
import type { HostProcess } from "./host-process.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { Reaper } from "./reaper.ts";
import { SpareProcess } from "./spare-process.ts";
import { findShell } from "./spawn-function-process.ts";

export interface FunctionProcessesOptions {
  readonly resourceCalls: ResourceCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: HostLimits;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly entry?: URL;
  readonly inspect?: object | undefined;
  readonly spare?: boolean;
}

/** What processes are started with. */
export interface ProcessSurroundings {
  readonly reaper: Reaper | undefined;
  /** Path of a POSIX shell, where there is one. */
  readonly shell: string | undefined;
}

/** All function processes of one host: starts them, watches over them, ends them. */
export class FunctionProcesses {
  readonly #options: FunctionProcessesOptions;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #shell: string | undefined;
  readonly #reaper: Reaper | undefined;
  readonly #spare: SpareProcess;
  readonly #memoryWatch: MemoryWatch;
  readonly #living = new Set<HostProcess>();
  /** Those of which it is not known yet whether they will live. */
  readonly #starting = new Set<Promise<HostProcess>>();
  #closed = false;

  constructor(options: FunctionProcessesOptions) {
    this.#options = options;
    this.#environment = { ...(options.environment ?? process.env) };
    this.#shell = findShell();
    this.#reaper =
      this.#shell === undefined
        ? undefined
        : new Reaper({ shell: this.#shell, environment: this.#environment, log: options.log });
    this.#spare = new SpareProcess(() => this.create(options.limits.sharedMemoryMb), options.log);
    this.#memoryWatch = new MemoryWatch(options.clock, options.limits.memoryCheckEveryMs, this.#living);
    if (options.spare !== false) this.#spare.refill();
  }

  /** What every process sees of the surroundings. */
  get environment(): Readonly<Record<string, string | undefined>> {
    return this.#environment;
  }

  create(memoryMb: number): FunctionChild {
    this.#refuseWhenClosed();
    const { entry = ownEntry(), inspect, ...rest } = this.#options;
    const child = new FunctionChild({
      ...rest,
      reaper: this.#reaper,
      spawn: {
        entry,
        memoryMb,
        inspect: inspect !== undefined,
        environment: this.#environment,
        shell: this.#shell,
      },
    });
    this.#add(child);
    return child;
  }

  /** Starts a process of another kind, under the same watch. */
  watchOver<Process extends HostProcess>(
    start: (surroundings: ProcessSurroundings) => Promise<Process>,
  ): Promise<Process> {
    const starting = this.#watchOver(start);
    this.#starting.add(starting);
    const forget = (): void => void this.#starting.delete(starting);
    starting.then(forget, forget);
    return starting;
  }

  /** A process that has started already, mostly. It belongs to the caller. */
  takeSpare(): FunctionChild {
    return this.#spare.take();
  }

  /** To be called when no code of a bundle's runs any more. */
  endSpare(): void {
    this.#spare.end();
  }

  /** Returns what the bundle declares. Rejects as `Evaluator.evaluate` does; the process is then lost. */
  async load(
    child: FunctionChild,
    bundle: Bundle,
    environment: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const reaperPid = this.#reaper?.pid;
    try {
      return await child.load({
        file: bundle.file,
        appDir: bundle.appDir,
        environment,
        protectedPids: [process.pid, ...(reaperPid === undefined ? [] : [reaperPid])],
      });
    } finally {
      // Only now, so that the next spare does not start on the time of the one that somebody waits for.
      if (!this.#closed) this.#spare.refill();
    }
  }

  /** Ends everything. What is still under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#living].map((one) => one.close(stopped())));
    this.#memoryWatch.stop();
    await this.#reaper?.stop();
  }

  async #watchOver<Process extends HostProcess>(
    start: (surroundings: ProcessSurroundings) => Promise<Process>,
  ): Promise<Process> {
    this.#refuseWhenClosed();
    const started = await start({ reaper: this.#reaper, shell: this.#shell });
    this.#add(started);
    return started;
  }

  #add(one: HostProcess): void {
    this.#living.add(one);
    void one.exited.then(() => this.#living.delete(one));
    this.#memoryWatch.start();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new HoldfastError("INTERNAL", "The function host is closed");
  }
}

function stopped(): ErrorRecord {
  return failure("FUNCTION_CRASHED", "Holdfast was stopped");
}

/** Beside this module's sources, or, built, in the one folder with its chunk. */
function ownEntry(): URL {
  return import.meta.url.endsWith(".ts")
    ? new URL("../runtime/function-process.ts", import.meta.url)
    : new URL("./function-process.js", import.meta.url);
}
