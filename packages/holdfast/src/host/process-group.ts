import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { ChildOutput } from "./child-output.ts";
import { describeEnd, type ProcessEnd } from "./describe-end.ts";
import { failure } from "./failure.ts";
import type { HostLimits } from "./host-limits.ts";
import { descendantsOf } from "./process-tree.ts";
import type { Reaper } from "./reaper.ts";

/** How long a process's last words may take to arrive once it has ended. */
export const lastWordsMs = 500;

export interface ProcessGroupOptions {
  /** What leads the group: the launcher, where there is one. */
  readonly process: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly reaper: Reaper | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: HostLimits;
  /** What messages call it, at the start of a sentence. */
  subject(): string;
  /** The process has ended; what it wrote may still be on its way. */
  onExit(): void;
  /** It is of no more use, for this reason. Comes once, before `lost` resolves. */
  onLost(cause: ErrorRecord): void;
}

/** A process in a group of its own, with whatever it starts: its output, and its end. */
export class ProcessGroup {
  /** Resolves as soon as it is of no more use, with the reason. */
  readonly lost: Promise<ErrorRecord>;
  /** Resolves when it is gone from the system, and its group with it. */
  readonly exited: Promise<void>;
  readonly output: ChildOutput;
  readonly #options: ProcessGroupOptions;
  readonly #lost = Promise.withResolvers<ErrorRecord>();
  readonly #exited = Promise.withResolvers<void>();
  #isLost = false;
  #hasExited = false;

  constructor(options: ProcessGroupOptions) {
    this.#options = options;
    this.lost = this.#lost.promise;
    this.exited = this.#exited.promise;
    this.#watch();
    this.output = new ChildOutput({ ...options, onFarewell: () => this.killLater() });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Ends it now, with everything in the group, for this reason. */
  kill(cause: ErrorRecord): void {
    this.lose(cause);
    this.killNow();
  }

  /** From now on it is of no use; it is about to end by itself. */
  lose(cause: ErrorRecord): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost(cause);
    this.#lost.resolve(cause);
  }

  /** Unless it has ended by itself by then. */
  killLater(): void {
    const timer = this.#options.clock.after(this.#options.limits.endGraceMs, () => this.killNow());
    void this.exited.then(() => timer.cancel());
  }

  /** What left the group goes too, where the system tells of it: Lambda's sandbox takes everything with it. */
  killNow(): void {
    const { pid } = this.#options.process;
    // Once it has gone its number may be another's.
    if (pid === undefined || this.#hasExited) return;
    const others = descendantsOf(pid);
    kill(process.platform === "win32" ? pid : -pid);
    for (const other of others) kill(other);
  }

  #watch(): void {
    const { process: child, clock, reaper } = this.#options;
    if (child.pid !== undefined) reaper?.add(child.pid);
    let end: Pick<ProcessEnd, "code" | "signal"> = { code: null, signal: null };
    child.once("error", (error) =>
      this.#finish(failure("FUNCTION_CRASHED", `Cannot start a process: ${error.message}`)),
    );
    child.once("exit", (code, signal) => {
      end = { code, signal };
      this.killNow();
      this.#hasExited = true;
      if (child.pid !== undefined) reaper?.remove(child.pid);
      this.#options.onExit();
      clock.after(lastWordsMs, () => this.#finish(this.#describeEnd(end)));
    });
    child.once("close", () => this.#finish(this.#describeEnd(end)));
  }

  #describeEnd(end: Pick<ProcessEnd, "code" | "signal">): ErrorRecord {
    return describeEnd(this.#options.subject(), { ...end, ...this.output.lastWords });
  }

  #finish(cause: ErrorRecord): void {
    this.lose(cause);
    this.output.close();
    this.#exited.resolve();
  }
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // Nobody is left there.
  }
}
