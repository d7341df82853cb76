import { isDeepStrictEqual } from "node:util";
import type { ErrorRecord } from "../base/errors.ts";
import type { FunctionModel } from "../model/app-model.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { InspectorTarget } from "./inspector-proxy.ts";
import type { Job } from "./job.ts";
import type { ProcessPlan } from "./process-plan.ts";

interface Entry {
  readonly pool: FunctionPool;
  readonly timeoutMs: number;
}

/** What one deployment brought: its functions, and where they run. */
export class Generation {
  readonly #pools: readonly FunctionPool[];
  /** By function name. */
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(pools: readonly FunctionPool[]) {
    this.#pools = pools;
    this.#entries = new Map(
      pools.flatMap((pool) =>
        pool.plan.functions.map((fn: FunctionModel) => [fn.name, { pool, timeoutMs: fn.timeoutMs }]),
      ),
    );
  }

  /** The pool that was made for this very plan. */
  find(plan: ProcessPlan): FunctionPool | undefined {
    return this.#pools.find((pool) => isDeepStrictEqual(pool.plan, plan));
  }

  /** What is left of it when the other has taken over the pools that both have. */
  without(other: Generation): Generation {
    return new Generation(this.#pools.filter((pool) => !other.#pools.includes(pool)));
  }

  /** Undefined when there is no such function. */
  timeoutMs(functionName: string): number | undefined {
    return this.#entries.get(functionName)?.timeoutMs;
  }

  /** False when there is no such function. */
  submit(job: Job): boolean {
    const entry = this.#entries.get(job.functionName);
    entry?.pool.submit(job);
    return entry !== undefined;
  }

  inspector(key: string): InspectorTarget | undefined {
    return this.#pools.find((pool) => pool.plan.key === key)?.inspector;
  }

  forgetConnection(connectionId: string): void {
    for (const pool of this.#pools) pool.forgetConnection(connectionId);
  }

  /** Returns when the next deadline comes. */
  expire(nowMs: number): number {
    return this.#pools.reduce((earliestMs, pool) => Math.min(earliestMs, pool.expire(nowMs)), Infinity);
  }

  restartDeadlines(nowMs: number): void {
    for (const pool of this.#pools) pool.restartDeadlines(nowMs);
  }

  stop(jobId: number, deadlineMs: number): void {
    for (const pool of this.#pools) pool.stop(jobId, deadlineMs);
  }

  get waitingCount(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.waitingCount, 0);
  }

  takeWaiting(): Job[] {
    return this.#pools.flatMap((pool) => pool.takeWaiting());
  }

  async drain(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.drain()));
  }

  kill(cause: ErrorRecord): void {
    for (const pool of this.#pools) pool.kill(cause);
  }
}
