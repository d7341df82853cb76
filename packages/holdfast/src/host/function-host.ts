import type { Clock } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { Evaluator } from "../ports/evaluator.ts";
import type { Bundle } from "../ports/bundle.ts";
import type { FunctionDeployment, FunctionHost, HostLoad, LongRun } from "../ports/function-host.ts";
import type { InvocationResult } from "../ports/invoker.ts";
import type { ResourceCalls } from "../ports/resource-calls.ts";
import { DeadlineSweep } from "./deadline-sweep.ts";
import { failure } from "./failure.ts";
import type { FunctionChild } from "./function-child.ts";
import { FunctionProcesses } from "./function-processes.ts";
import { Generation } from "./generation.ts";
import { withDefaultLimits, type HostLimits } from "./host-limits.ts";
import { Inspectors } from "./inspectors.ts";
import type { Job } from "./job.ts";
import { defaultPlace, type FunctionPlace } from "./lambda/function-place.ts";
import { planLambdas } from "./lambda/lambda-plan.ts";
import { LambdaPools } from "./lambda/lambda-pools.ts";
import type { FindRuntime } from "./lambda/runtime-command.ts";
import { createRuntimeFinder } from "./lambda/runtimes.ts";
import { planProcesses, type ProcessPlan } from "./process-plan.ts";
import { ProcessPool } from "./process-pool.ts";

export interface FunctionHostOptions {
  readonly resourceCalls: ResourceCalls;
  readonly clock: Clock;
  readonly log: Log;
  /** Under what deployments set. This process's own unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The program of function processes. Holdfast's own unless given. */
  readonly entry?: URL;
  /** Where debuggers connect: the shared process there, those of isolated functions on the following ports. */
  readonly inspect?: { readonly host: string; readonly port: number };
  readonly limits?: Partial<HostLimits>;
  /** Where on AWS functions of templates believe to be; us-east-1 and an account of zeros unless said. */
  readonly place?: FunctionPlace;
  /** How functions of templates are started. Holdfast's own way unless given. */
  readonly findRuntime?: FindRuntime;
  /** Whether a process stands by for the first bundle, before there is one. Yes unless said. */
  readonly spare?: boolean;
}

/** How long `close` waits unless told otherwise. */
const defaultGraceMs = 5_000;

/** Runs functions in child processes. Two hosts share nothing. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost & Evaluator {
  return new ProcessFunctionHost(options);
}

interface Candidate {
  readonly bundle: Bundle;
  readonly child: FunctionChild;
  readonly declaration: Promise<unknown>;
}

class ProcessFunctionHost implements FunctionHost, Evaluator {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: HostLimits;
  readonly #processes: FunctionProcesses;
  readonly #sweep: DeadlineSweep;
  readonly #inspectors: Inspectors | undefined;
  readonly #lambdas: LambdaPools;
  #current = new Generation([]);
  /** Oldest first. */
  readonly #draining = new Set<Generation>();
  /** Evaluated, and not deployed yet. */
  #candidate: Candidate | undefined;
  /** What new code is loaded under until its deployment says otherwise: what the code before it had. */
  #environment: Readonly<Record<string, string>> = {};
  #deploying: Promise<unknown> = Promise.resolve();
  #lastJob = 0;
  #underWay = 0;
  #onIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: FunctionHostOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#limits = withDefaultLimits(options.limits);
    this.#processes = new FunctionProcesses({ ...options, limits: this.#limits });
    this.#sweep = new DeadlineSweep({
      clock: options.clock,
      everyMs: this.#limits.sweepEveryMs,
      expire: (nowMs) => this.#expire(nowMs),
    });
    this.#lambdas = new LambdaPools({
      clock: options.clock,
      log: options.log,
      limits: this.#limits,
      processes: this.#processes,
      findRuntime: options.findRuntime ?? createRuntimeFinder({ log: options.log }),
      place: options.place ?? defaultPlace,
      watch: (deadlineMs) => this.#sweep.watch(deadlineMs),
    });
    this.#inspectors =
      options.inspect &&
      new Inspectors({
        ...options.inspect,
        log: options.log,
        target: (key) => this.#current.inspector(key),
        onAttached: () => this.#sweep.pause(),
        onDetached: () => this.#resumeDeadlines(),
      });
  }

  async evaluate(bundle: Bundle): Promise<unknown> {
    this.#refuseWhenClosed();
    await this.#inspectors?.openMain();
    this.#discardCandidate(`revision ${bundle.revision} of the app came`);
    const child = this.#processes.takeSpare();
    const declaration = this.#processes.load(child, bundle, this.#environment);
    this.#candidate = { bundle, child, declaration };
    try {
      return await declaration;
    } catch (error) {
      if (this.#candidate?.child === child) this.#candidate = undefined;
      throw error;
    }
  }

  deploy(deployment: FunctionDeployment): Promise<void> {
    const deployed = this.#deploying.then(() => this.#deploy(deployment));
    this.#deploying = deployed.catch(() => {});
    return deployed;
  }

  forget(connectionId: string): void {
    for (const generation of this.#generations()) generation.forgetConnection(connectionId);
  }

  invoke(functionName: string, event: InvocationEvent): Promise<InvocationResult> {
    return this.#start(functionName, event, this.#current.timeoutMs(functionName)).ended;
  }

  run(functionName: string, event: InvocationEvent): LongRun {
    const { id, ended } = this.#start(functionName, event, Infinity);
    return {
      ended,
      stop: (graceMs) => {
        const deadlineMs = this.#clock.now() + graceMs;
        for (const generation of this.#generations()) generation.stop(id, deadlineMs);
        this.#sweep.watch(deadlineMs);
      },
    };
  }

  load(): HostLoad {
    // Generations that are replaced have handed over what waited.
    const waiting = this.#current.waitingCount;
    return { running: this.#underWay - waiting, waiting };
  }

  close(graceMs = defaultGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  #start(
    functionName: string,
    event: InvocationEvent,
    timeoutMs: number | undefined,
  ): { readonly id: number; readonly ended: Promise<InvocationResult> } {
    this.#lastJob += 1;
    const id = this.#lastJob;
    if (this.#closing !== undefined) return { id, ended: Promise.resolve(closedResult()) };
    if (timeoutMs === undefined) return { id, ended: Promise.resolve(missingResult(functionName)) };
    const ended = new Promise<InvocationResult>((resolve) => {
      const deadlineMs = this.#clock.now() + timeoutMs;
      this.#underWay += 1;
      const settle = (result: InvocationResult): void => {
        this.#underWay -= 1;
        resolve(result);
        if (this.#underWay === 0) this.#onIdle?.();
      };
      this.#submit({ id, functionName, event, timeoutMs, deadlineMs, settle });
      this.#sweep.watch(deadlineMs);
    });
    return { id, ended };
  }

  async #deploy(deployment: FunctionDeployment): Promise<void> {
    this.#refuseWhenClosed();
    const plans = planProcesses(deployment);
    const child = deployment.bundle && (await this.#takeLoaded(deployment.bundle, plans));
    await this.#inspectors?.follow(plans);
    this.#refuseWhenClosed();
    const [mainPool, ...otherPools] = plans.map((plan) => this.#createPool(plan, deployment.bundle));
    if (mainPool !== undefined && mainPool.plan.memoryMb === undefined && child !== undefined)
      mainPool.adopt(child);
    else void child?.end();
    this.#environment = mainPool?.plan.environment ?? deployment.environment;
    const lambdaPools = planLambdas(deployment).map(
      (plan) => this.#current.find(plan) ?? this.#lambdas.create(plan),
    );
    this.#replaceGeneration(
      new Generation([...(mainPool === undefined ? [] : [mainPool, ...otherPools]), ...lambdaPools]),
    );
    if (deployment.bundle === undefined) this.#processes.endSpare();
  }

  /** The process that evaluated the bundle, or one that loads it now. */
  async #takeLoaded(bundle: Bundle, plans: readonly ProcessPlan[]): Promise<FunctionChild> {
    const candidate = this.#candidate;
    if (candidate !== undefined && isSameBundle(candidate.bundle, bundle) && !candidate.child.isLost) {
      this.#candidate = undefined;
      await candidate.declaration;
      return candidate.child;
    }
    await this.#inspectors?.openMain();
    const child = this.#processes.takeSpare();
    await this.#processes.load(child, bundle, plans[0]?.environment ?? {});
    return child;
  }

  #createPool(plan: ProcessPlan, bundle: Bundle | undefined): ProcessPool {
    return new ProcessPool({
      plan,
      limits: this.#limits,
      clock: this.#clock,
      log: this.#log,
      start: async () => {
        if (bundle === undefined)
          throw new HoldfastError("HANDLER_MISSING", "The deployment holds no code for its functions");
        const child =
          plan.memoryMb === undefined ? this.#processes.takeSpare() : this.#processes.create(plan.memoryMb);
        await this.#processes.load(child, bundle, plan.environment);
        return child;
      },
    });
  }

  #replaceGeneration(next: Generation): void {
    const old = this.#current.without(next);
    this.#current = next;
    // They have not begun, so they run on the new code, where it still has the function.
    for (const job of old.takeWaiting()) this.#submit(job);
    this.#draining.add(old);
    const [oldest] = this.#draining;
    if (oldest !== undefined && this.#draining.size > this.#limits.maximumDraining) {
      oldest.kill(
        failure("FUNCTION_CRASHED", "The code was replaced several times while this ran; it was killed"),
      );
    }
    void old.drain().then(() => this.#draining.delete(old));
  }

  #submit(job: Job): void {
    if (!this.#current.submit(job)) job.settle(missingResult(job.functionName));
  }

  #discardCandidate(reason: string): void {
    this.#candidate?.child.kill(failure("APP_EVALUATION_FAILED", `It was given up because ${reason}`));
    this.#candidate = undefined;
  }

  #expire(nowMs: number): number {
    return this.#generations().reduce((earliestMs, one) => Math.min(earliestMs, one.expire(nowMs)), Infinity);
  }

  #resumeDeadlines(): void {
    for (const generation of this.#generations()) generation.restartDeadlines(this.#clock.now());
    this.#sweep.resume();
  }

  #generations(): Generation[] {
    return [this.#current, ...this.#draining];
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new HoldfastError("INTERNAL", "The function host is closed");
  }

  async #close(graceMs: number): Promise<void> {
    await this.#idle(graceMs);
    await this.#inspectors?.stop();
    this.#discardCandidate("Holdfast was stopped");
    for (const generation of this.#generations()) {
      for (const job of generation.takeWaiting()) job.settle(closedResult());
      // From now on it starts no processes.
      void generation.drain();
    }
    await this.#processes.close();
    this.#sweep.stop();
  }

  /** Resolves when nothing is under way, and after `graceMs` in any case. */
  #idle(graceMs: number): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(graceMs, resolve);
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

function isSameBundle(a: Bundle, b: Bundle): boolean {
  return a.file === b.file && a.revision === b.revision;
}

function missingResult(functionName: string): InvocationResult {
  return { outcome: "missing", error: failure("HANDLER_MISSING", `There is no function "${functionName}"`) };
}

function closedResult(): InvocationResult {
  return {
    outcome: "failed",
    error: failure("FUNCTION_CRASHED", "Holdfast is being stopped and runs no more functions"),
  };
}
