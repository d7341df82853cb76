import type { ChildProcess } from "node:child_process";
import { SharedPorts } from "./shared-ports.ts";
import { connectSocketPair } from "./socket-pair.ts";
import { signalNumber, WorkerProcess, type ExitCode } from "./worker-process.ts";

export interface SupervisorOptions {
  /** Starts a worker, with a channel for messages. */
  readonly fork: () => ChildProcess;
  /** Secret: keys of functions are made of it. */
  readonly keySeed: string;
  /** The worker that served has ended without being asked to. */
  readonly onDeath?: (code: ExitCode) => void;
}

/**
 * Keeps an app running over its restarts: it keeps the process id and the ports, and runs nothing of the app. One worker
 * serves; at a restart a second one prepares itself, takes over, and the first sends its clients away. Between themselves
 * they do that by their backplane; the supervisor introduces them, and sees who has ended.
 *
 * A worker in charge that ends by itself ends all: to start anew is for whoever runs the supervisor, with its back-off.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #ports = new SharedPorts();
  readonly #workers = new Set<WorkerProcess>();
  readonly #ended = Promise.withResolvers<ExitCode>();
  #inCharge: WorkerProcess;
  /** The one that is to take over, until it has. */
  #successor: WorkerProcess | undefined;
  #restarting: Promise<void> | undefined;
  #restartWanted = false;
  #isStopping = false;
  #hasServed = false;
  #exitCode: ExitCode | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#inCharge = this.#fork(0);
    this.#watch(this.#inCharge);
    const first = this.#inCharge;
    this.#restarting = first.reached("serving").then((serves) => {
      this.#hasServed = serves;
      first.send({ kind: "in-charge" });
      this.#restarting = undefined;
      if (this.#restartWanted) this.restart();
    });
  }

  /** Resolves when no worker is left, with what this process is to exit with. */
  get ended(): Promise<ExitCode> {
    return this.#ended.promise;
  }

  /** Once the restart that is under way is over, where one is; that one is then the last for all who asked meanwhile. */
  restart(): void {
    if (this.#isStopping) return;
    this.#restartWanted = true;
    if (this.#restarting !== undefined) return;
    this.#restartWanted = false;
    this.#restarting = this.#replace(this.#inCharge).finally(() => {
      this.#restarting = undefined;
      if (this.#restartWanted) this.restart();
    });
  }

  /** Gracefully the first time, at once the second. */
  stop(signal: NodeJS.Signals): void {
    // Before the first has served there are no clients to send away.
    if (this.#isStopping || !this.#hasServed) void this.#end(128 + signalNumber(signal));
    this.#isStopping = true;
    // Whoever gave its state away for this one takes it back.
    this.#successor?.kill();
    this.#inCharge.send({ kind: "stop" });
  }

  async #replace(before: WorkerProcess): Promise<void> {
    const next = this.#fork(before.node + 1, before.node);
    this.#successor = next;
    // No sockets for the two to meet by: as if it had not come so far.
    const hasTakenOver = await this.#takeOver(before, next).catch(() => (next.kill(), false));
    this.#successor = undefined;
    if (!hasTakenOver) {
      if (this.#isStopping) return;
      const message = "The restart failed, and the app goes on as it was; what the new process said is above";
      before.send({ kind: "log", level: "error", event: "restart-failed", message });
      return;
    }
    this.#inCharge = next;
    this.#watch(next);
    next.send({ kind: "in-charge" });
    await before.ended;
    next.ports.closeOthers();
  }

  async #takeOver(before: WorkerProcess, next: WorkerProcess): Promise<boolean> {
    if (!(await next.reached("prepared")) || this.#isStopping) return false;
    const [here, there] = await connectSocketPair();
    before.introduce(next.node, here);
    next.introduce(before.node, there);
    return (await next.reached("serving")) && !this.#isStopping;
  }

  #fork(number: number, predecessor?: number): WorkerProcess {
    // Connection ids have two bytes for it; those of so long ago are gone.
    const node = number % 65_536;
    const worker = new WorkerProcess(node, this.#ports.forWorker(), this.#options.fork());
    this.#workers.add(worker);
    void worker.ended.then(() => this.#workers.delete(worker));
    const { keySeed } = this.#options;
    worker.send({ kind: "start", node, keySeed, ...(predecessor !== undefined && { predecessor }) });
    return worker;
  }

  /** Its end is the end, for as long as it is in charge. */
  #watch(worker: WorkerProcess): void {
    void worker.ended.then((code) => {
      if (worker !== this.#inCharge) return;
      if (this.#hasServed && !this.#isStopping) this.#options.onDeath?.(code);
      void this.#end(code);
    });
  }

  /** The first one's code is what counts: what is killed ends with codes of its own. */
  async #end(code: ExitCode): Promise<void> {
    this.#exitCode ??= code;
    this.#isStopping = true;
    const left = [...this.#workers];
    for (const worker of left) worker.kill();
    await Promise.all(left.map(({ ended }) => ended));
    this.#ports.close();
    this.#ended.resolve(this.#exitCode);
  }
}
