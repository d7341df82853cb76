import type { Clock, Timer } from "../../base/clock.ts";
import type { ErrorRecord } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { failure, startFailure } from "../failure.ts";
import type { FunctionPool } from "../function-pool.ts";
import type { HostLimits } from "../host-limits.ts";
import { JobQueue } from "../job-queue.ts";
import type { Job } from "../job.ts";
import { describePlan } from "../process-plan.ts";
import { RestartBackoff } from "../restart-backoff.ts";
import type { LambdaPlan } from "./lambda-plan.ts";
import type { LambdaProcess } from "./lambda-process.ts";
import { startsAnother } from "./pace.ts";
import type { StartGate } from "./start-gate.ts";
import type { ProcessOwner } from "./warm-processes.ts";

export interface LambdaPoolOptions {
  readonly plan: LambdaPlan;
  readonly limits: HostLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly gate: StartGate;
  /** A process that initialises, and calls `onFree` once it has. */
  start(onFree: (process: LambdaProcess) => void): Promise<LambdaProcess>;
  /** At this time `expire` has something to do. */
  watch(deadlineMs: number): void;
  /** A process has nothing to do from now on. */
  onResting(): void;
  /** After `drain`, when all processes are gone. */
  onDrained(pool: LambdaPool): void;
}

/** How often it is looked at whether those that run keep up with what waits. */
const paceEveryMs = 50;

/** Processes of one function, of which each runs one invocation at a time. */
export class LambdaPool implements FunctionPool, ProcessOwner {
  readonly inspector = undefined;
  readonly #options: LambdaPoolOptions;
  readonly #maximumProcesses: number;
  readonly #backoff: RestartBackoff;
  readonly #waiting = new JobQueue();
  /** All that are not gone from the system. */
  readonly #processes = new Set<LambdaProcess>();
  /** With nothing to do, and since when; the one used last is the last, and is used first. */
  readonly #free = new Map<LambdaProcess, number>();
  /** To be called when these have started. */
  readonly #starting = new Map<LambdaProcess, () => void>();
  /** Asked for, and not processes yet. */
  #wanted = 0;
  /** Why the last start failed. */
  #startFailure: ErrorRecord | undefined;
  #paceTimer: Timer | undefined;
  /** Invocations that ended since the pace was looked at. */
  #finished = 0;
  #lastInitMs: number | undefined;
  #draining: PromiseWithResolvers<void> | undefined;

  constructor(options: LambdaPoolOptions) {
    const { plan, limits, clock } = options;
    this.#options = options;
    this.#maximumProcesses = plan.concurrency ?? limits.maximumLambdaProcesses;
    this.#backoff = new RestartBackoff(clock, limits.maximumBackoffMs);
  }

  get plan(): LambdaPlan {
    return this.#options.plan;
  }

  get restingSinceMs(): number | undefined {
    const [sinceMs] = this.#free.values();
    return sinceMs;
  }

  endLongestResting(): LambdaProcess | undefined {
    const [process] = this.#free.keys();
    if (process !== undefined) this.#end(process);
    return process;
  }

  submit(job: Job): void {
    const [free] = [...this.#free.keys()].slice(-1);
    if (free !== undefined && this.#waiting.size === 0) return this.#run(free, job);
    const refusal = this.#refusal(job);
    if (refusal !== undefined) return job.settle({ outcome: "failed", error: refusal });
    // Its own time begins when it runs: on Lambda nobody waits for another's invocation to end.
    const { clock, limits } = this.#options;
    job.deadlineMs = clock.now() + Math.max(limits.lambdaWaitMs, job.timeoutMs);
    this.#options.watch(job.deadlineMs);
    this.#waiting.push(job);
    this.#ensureStarted();
  }

  forgetConnection(): void {
    // Each event holds all of its connection.
  }

  expire(nowMs: number): number {
    for (const job of this.#waiting.takeDue(nowMs))
      job.settle({ outcome: "timed-out", error: this.#neverStarted(job) });
    let earliestMs = this.#endIdle(nowMs);
    for (const job of this.#waiting) earliestMs = Math.min(earliestMs, job.deadlineMs);
    for (const process of this.#processes) earliestMs = Math.min(earliestMs, process.expire(nowMs));
    return earliestMs;
  }

  restartDeadlines(nowMs: number): void {
    for (const job of this.#waiting) job.deadlineMs = Math.max(job.deadlineMs, nowMs + job.timeoutMs);
    for (const process of this.#processes) process.restartDeadlines(nowMs);
  }

  stop(jobId: number): void {
    // What runs ends by itself, or by its timeout: the Runtime API has no word for it.
    this.#waiting.remove(jobId)?.settle({ outcome: "returned", payload: null });
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  takeWaiting(): Job[] {
    return this.#waiting.takeAll();
  }

  drain(): Promise<void> {
    this.#draining ??= Promise.withResolvers<void>();
    this.#paceTimer?.cancel();
    for (const process of this.#processes) if (!process.isBusy) void process.end();
    this.#free.clear();
    this.#checkDrained();
    return this.#draining.promise;
  }

  kill(cause: ErrorRecord): void {
    for (const job of this.takeWaiting()) job.settle({ outcome: "failed", error: cause });
    for (const process of this.#processes) process.kill(cause);
  }

  #run(process: LambdaProcess, job: Job): void {
    this.#free.delete(process);
    process.run(job);
    this.#options.watch(job.deadlineMs);
  }

  /** A process asks for work. */
  #take(process: LambdaProcess): void {
    this.#noteReady(process);
    this.#finished += 1;
    if (this.#draining !== undefined) return void process.end();
    const job = this.#waiting.shift();
    if (job !== undefined) return this.#run(process, job);
    const nowMs = this.#options.clock.now();
    this.#free.set(process, nowMs);
    this.#options.watch(nowMs + this.#options.limits.lambdaIdleMs);
    this.#options.onResting();
  }

  /** Of one that has nothing to do. */
  #end(process: LambdaProcess): void {
    this.#free.delete(process);
    void process.end();
  }

  #noteReady(process: LambdaProcess): void {
    const leave = this.#starting.get(process);
    if (leave === undefined) return;
    leave();
    this.#starting.delete(process);
    this.#startFailure = undefined;
    this.#lastInitMs = process.initMs;
    this.#backoff.started();
  }

  #refusal(job: Job): ErrorRecord | undefined {
    const { maximumLambdaWaiting } = this.#options.limits;
    const title = `function "${job.functionName}"`;
    if (this.#maximumProcesses === 0)
      return failure("FUNCTION_OVERLOADED", `No invocation of ${title} may run: its concurrency is 0`);
    if (this.#waiting.size >= maximumLambdaWaiting)
      return failure("FUNCTION_OVERLOADED", `${maximumLambdaWaiting} invocations of ${title} wait already`);
    return this.#size === 0 && this.#backoff.pauseMs() > 0 ? this.#startFailure : undefined;
  }

  #neverStarted(job: Job): ErrorRecord {
    const { lambdaWaitMs } = this.#options.limits;
    const reason =
      this.#starting.size === this.#processes.size ? "no process was ready" : "all its processes were busy";
    return failure(
      "HANDLER_TIMEOUT",
      `Function "${job.functionName}" did not start within ${Math.max(lambdaWaitMs, job.timeoutMs)} ms: ${reason}`,
    );
  }

  /** Returns when the next has been idle for long enough. */
  #endIdle(nowMs: number): number {
    const { lambdaIdleMs } = this.#options.limits;
    let earliestMs = Infinity;
    for (const [process, sinceMs] of this.#free) {
      if (sinceMs + lambdaIdleMs > nowMs) {
        earliestMs = Math.min(earliestMs, sinceMs + lambdaIdleMs);
        continue;
      }
      this.#end(process);
    }
    return earliestMs;
  }

  /** Processes that are there, or will be soon. */
  get #size(): number {
    return this.#processes.size + this.#wanted;
  }

  #ensureStarted(): void {
    if (this.#waiting.size === 0 || this.#draining !== undefined) return;
    if (this.#size === 0) this.#start();
    this.#watchPace();
  }

  /** The first starts at once; more only when those that are there do not keep up. */
  #watchPace(): void {
    if (this.#paceTimer !== undefined) return;
    this.#finished = 0;
    this.#paceTimer = this.#options.clock.after(paceEveryMs, () => {
      this.#paceTimer = undefined;
      const startsUnderWay = this.#starting.size + this.#wanted;
      const isWanting = startsAnother({
        waiting: this.#waiting.size - startsUnderWay,
        finished: this.#finished,
        everyMs: paceEveryMs,
        startMs: this.#lastInitMs,
      });
      if (isWanting && this.#size < this.#maximumProcesses && this.#draining === undefined) this.#start();
      this.#ensureStarted();
    });
  }

  #start(): void {
    this.#wanted += 1;
    const pauseMs = this.#backoff.pauseMs();
    if (pauseMs === 0) void this.#enterAndStart();
    else this.#options.clock.after(pauseMs, () => void this.#enterAndStart());
  }

  async #enterAndStart(): Promise<void> {
    const leave = await this.#options.gate.enter();
    try {
      // Those that run may have kept up in the meantime.
      if (this.#draining !== undefined || this.#waiting.size === 0) return leave();
      const process = await this.#options.start((one) => this.#take(one));
      this.#adopt(process, leave);
    } catch (error) {
      leave();
      this.#failStart(startFailure(error));
    } finally {
      this.#wanted -= 1;
      this.#checkDrained();
    }
  }

  #adopt(process: LambdaProcess, leave: () => void): void {
    this.#processes.add(process);
    this.#starting.set(process, leave);
    void process.lost.then((cause) => this.#lose(process, cause));
    void process.exited.then(() => {
      this.#processes.delete(process);
      this.#checkDrained();
      this.#ensureStarted();
    });
    if (this.#draining !== undefined) void process.end();
    else this.#options.watch(process.expire(-Infinity));
  }

  #lose(process: LambdaProcess, cause: ErrorRecord): void {
    const leave = this.#starting.get(process);
    leave?.();
    this.#starting.delete(process);
    this.#free.delete(process);
    if (process.isEnding) return;
    if (leave !== undefined) return this.#failStart(cause);
    this.#log(cause.message, cause);
    this.#backoff.failed();
  }

  /** What waits hears the reason, unless other processes can see to it. */
  #failStart(cause: ErrorRecord): void {
    this.#log(`${describePlan(this.plan)} cannot be started: ${cause.message}`, cause);
    this.#backoff.failed();
    this.#startFailure = cause;
    const others = [...this.#processes].some((one) => !one.isLost);
    if (others || this.#draining !== undefined) return;
    const outcome = cause.code === "HANDLER_TIMEOUT" ? "timed-out" : "failed";
    for (const job of this.takeWaiting()) job.settle({ outcome, error: cause });
  }

  #log(message: string, error: ErrorRecord): void {
    this.#options.log("error", "function-process-lost", {
      message,
      error,
      functions: this.plan.functions.map(({ name }) => name),
    });
  }

  #checkDrained(): void {
    if (this.#draining === undefined || this.#processes.size > 0 || this.#wanted > 0) return;
    this.#draining.resolve();
    this.#options.onDrained(this);
  }
}
