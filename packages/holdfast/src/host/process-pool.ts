import type { Clock } from "../base/clock.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { failure, startFailure } from "./failure.ts";
import type { FunctionChild } from "./function-child.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { HostLimits } from "./host-limits.ts";
import type { InspectorTarget } from "./inspector-proxy.ts";
import { JobQueue } from "./job-queue.ts";
import type { Job } from "./job.ts";
import { describePlan, type ProcessPlan } from "./process-plan.ts";
import { RestartBackoff } from "./restart-backoff.ts";

export interface ProcessPoolOptions {
  readonly plan: ProcessPlan;
  readonly limits: HostLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** A process that has loaded the bundle. */
  start(): Promise<FunctionChild>;
}

/** One process that runs many invocations at a time, and another when that one is lost. */
export class ProcessPool implements FunctionPool {
  readonly #options: ProcessPoolOptions;
  readonly #concurrency: number;
  readonly #maximumAbandoned: number;
  readonly #backoff: RestartBackoff;
  readonly #waiting = new JobQueue();
  #child: FunctionChild | undefined;
  /** Replaced, and still busy with what they began. */
  readonly #retired = new Set<FunctionChild>();
  /** Or waiting to be started. */
  #starting = false;
  /** Why the last start failed. */
  #startFailure: ErrorRecord | undefined;
  #draining: PromiseWithResolvers<void> | undefined;

  constructor(options: ProcessPoolOptions) {
    const { plan, limits, clock } = options;
    this.#options = options;
    this.#concurrency = plan.concurrency ?? limits.maximumConcurrency;
    // A handler that runs on holds one of few places for ever: its process goes at once.
    this.#maximumAbandoned = plan.concurrency === undefined ? limits.maximumAbandoned : 1;
    this.#backoff = new RestartBackoff(clock, limits.maximumBackoffMs);
  }

  get plan(): ProcessPlan {
    return this.#options.plan;
  }

  get inspector(): InspectorTarget | undefined {
    return this.#child?.inspector;
  }

  submit(job: Job): void {
    if (this.#waiting.size === 0 && this.#hasRoom()) return this.#run(job);
    const refusal = this.#refusal(job);
    if (refusal !== undefined) return job.settle({ outcome: "failed", error: refusal });
    this.#waiting.push(job);
    this.#ensureStarted();
  }

  /** From now on invocations run in this process, which has loaded the bundle. */
  adopt(child: FunctionChild): void {
    this.#child = child;
    child.serve(this.plan, {
      onReleased: () => this.#release(child),
      onAbandoned: (count) => {
        if (count >= this.#maximumAbandoned) this.#retire(child);
      },
    });
    void child.lost.then((cause) => this.#lose(child, cause));
    this.#startFailure = undefined;
    this.#backoff.started();
    this.#pump();
  }

  forgetConnection(connectionId: string): void {
    for (const child of this.#children()) child.invocations.forgetConnection(connectionId);
  }

  expire(nowMs: number): number {
    for (const job of this.#waiting.takeDue(nowMs)) {
      job.settle({ outcome: "timed-out", error: this.#neverStarted(job) });
    }
    let earliestMs = Infinity;
    for (const job of this.#waiting) earliestMs = Math.min(earliestMs, job.deadlineMs);
    for (const child of this.#children()) earliestMs = Math.min(earliestMs, child.invocations.expire(nowMs));
    return earliestMs;
  }

  restartDeadlines(nowMs: number): void {
    for (const job of this.#waiting) job.deadlineMs = Math.max(job.deadlineMs, nowMs + job.timeoutMs);
    for (const child of this.#children()) child.invocations.restartDeadlines(nowMs);
  }

  stop(jobId: number, deadlineMs: number): void {
    // It never began, so there is nothing to end.
    this.#waiting.remove(jobId)?.settle({ outcome: "returned", payload: null });
    for (const child of this.#children()) child.invocations.stop(jobId, deadlineMs);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  takeWaiting(): Job[] {
    return this.#waiting.takeAll();
  }

  drain(): Promise<void> {
    this.#draining ??= Promise.withResolvers<void>();
    if (this.#child !== undefined) this.#retire(this.#child);
    this.#checkDrained();
    return this.#draining.promise;
  }

  kill(cause: ErrorRecord): void {
    for (const job of this.takeWaiting()) job.settle({ outcome: "failed", error: cause });
    for (const child of this.#children()) child.kill(cause);
  }

  #hasRoom(): boolean {
    const child = this.#child;
    if (child === undefined || child.isLost || child.invocations.isInDoubt) return false;
    return child.invocations.size < this.#concurrency;
  }

  #run(job: Job): void {
    this.#child?.invocations.start(job, this.#options.clock.now());
  }

  #refusal(job: Job): ErrorRecord | undefined {
    const { maximumWaiting } = this.#options.limits;
    if (this.#waiting.size >= maximumWaiting) {
      return failure(
        "FUNCTION_OVERLOADED",
        `${maximumWaiting} invocations wait already where function "${job.functionName}" runs`,
      );
    }
    const isPausing = this.#child === undefined && !this.#starting && this.#backoff.pauseMs() > 0;
    return isPausing ? this.#startFailure : undefined;
  }

  #neverStarted(job: Job): ErrorRecord {
    const reason = this.#child === undefined ? "no process was ready" : "all its places were taken";
    return failure(
      "HANDLER_TIMEOUT",
      `Function "${job.functionName}" did not start within ${job.timeoutMs} ms: ${reason}`,
    );
  }

  #pump(): void {
    while (this.#hasRoom()) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#run(job);
    }
  }

  #release(child: FunctionChild): void {
    if (child === this.#child) this.#pump();
    else if (child.invocations.awaited === 0) void child.end();
  }

  /** Sends no more to it; it ends after what it began. */
  #retire(child: FunctionChild): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#retired.add(child);
    this.#release(child);
    if (this.#waiting.size > 0) this.#ensureStarted();
  }

  #lose(child: FunctionChild, cause: ErrorRecord): void {
    if (!child.isEnding && !child.lostLongRun) {
      this.#options.log("error", "function-process-lost", {
        message: cause.message,
        error: cause,
        functions: this.plan.functions.map(({ name }) => name),
      });
    }
    const wasServing = child === this.#child;
    if (wasServing) this.#child = undefined;
    this.#awaitExit(child);
    if (!wasServing || this.#draining !== undefined) return;
    this.#backoff.failed();
    this.#ensureStarted();
  }

  /** Until it is gone from the system it counts: `drain` promises that nothing is left. */
  #awaitExit(child: FunctionChild): void {
    this.#retired.add(child);
    void child.exited.then(() => {
      this.#retired.delete(child);
      this.#checkDrained();
    });
  }

  #ensureStarted(): void {
    if (this.#starting || this.#child !== undefined || this.#draining !== undefined) return;
    this.#starting = true;
    const pauseMs = this.#backoff.pauseMs();
    if (pauseMs === 0) void this.#start();
    else this.#options.clock.after(pauseMs, () => void this.#start());
  }

  async #start(): Promise<void> {
    if (this.#draining !== undefined) {
      this.#starting = false;
      return this.#checkDrained();
    }
    try {
      const child = await this.#options.start();
      this.#starting = false;
      if (this.#draining === undefined) return this.adopt(child);
      this.#awaitExit(child);
      void child.end();
    } catch (error) {
      this.#starting = false;
      this.#failStart(startFailure(error));
    }
  }

  /** The bundle itself cannot be loaded, it seems: whoever comes hears so, until there is reason to try again. */
  #failStart(cause: ErrorRecord): void {
    if (this.#draining !== undefined) return this.#checkDrained();
    this.#options.log("error", "function-process-lost", {
      message: `${describePlan(this.plan)} cannot be started: ${cause.message}`,
      error: cause,
    });
    this.#backoff.failed();
    this.#startFailure = cause;
    if (this.#backoff.pauseMs() === 0) return this.#ensureStarted();
    for (const job of this.takeWaiting()) job.settle({ outcome: "failed", error: cause });
  }

  #children(): FunctionChild[] {
    return this.#child === undefined ? [...this.#retired] : [this.#child, ...this.#retired];
  }

  #checkDrained(): void {
    if (this.#retired.size === 0 && !this.#starting) this.#draining?.resolve();
  }
}
