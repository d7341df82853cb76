import type { Clock } from "../base/clock.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { WireChannel } from "../model/wire/wire-channel.ts";
import {
  readFunctionMessage,
  type FunctionMessage,
  type HostMessage,
  type LoadOrder,
} from "../model/wire/wire-messages.ts";
import type { ResourceCalls } from "../ports/resource-calls.ts";
import { ChildInvocations } from "./child-invocations.ts";
import { ChildOutput } from "./child-output.ts";
import { describeEnd, type ProcessEnd } from "./describe-end.ts";
import { toEvaluationError } from "./evaluation-error.ts";
import { failure } from "./failure.ts";
import type { HostLimits } from "./host-limits.ts";
import type { InspectorTarget } from "./inspector-proxy.ts";
import { describePlan, type ProcessPlan } from "./process-plan.ts";
import type { Reaper } from "./reaper.ts";
import { ResourceRelay } from "./resource-relay.ts";
import { spawnFunctionProcess, type SpawnedProcess, type SpawnOptions } from "./spawn-function-process.ts";

/** How long a process's last words may take to arrive once it has ended. */
const lastWordsMs = 500;

export interface FunctionChildOptions {
  readonly spawn: SpawnOptions;
  readonly reaper: Reaper | undefined;
  readonly resourceCalls: ResourceCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: HostLimits;
}

/** Whoever gives invocations to a process, and hears what becomes of it. */
export interface ChildOwner {
  onReleased(): void;
  onAbandoned(count: number): void;
}

/** A process that runs functions: first it loads a bundle, then it serves. */
export class FunctionChild {
  readonly memoryMb: number;
  /** Resolves as soon as it is of no more use, with the reason; everything under way has then failed with it. */
  readonly lost: Promise<ErrorRecord>;
  /** Resolves when it is gone from the system, and its process group with it. */
  readonly exited: Promise<void>;
  readonly invocations: ChildInvocations;
  readonly #options: FunctionChildOptions;
  readonly #spawned: SpawnedProcess;
  readonly #channel: WireChannel<HostMessage>;
  readonly #relay: ResourceRelay;
  readonly #output: ChildOutput;
  /** Tells debuggers to let go. */
  readonly #ending = new AbortController();
  readonly #lost = Promise.withResolvers<ErrorRecord>();
  readonly #exited = Promise.withResolvers<void>();
  #loading: PromiseWithResolvers<unknown> | undefined;
  #owner: ChildOwner | undefined;
  #subject = "A function process";
  #isEnding = false;
  #isLost = false;
  #lostLongRun = false;
  #hasExited = false;
  /** Of the function process itself, not of its launcher. */
  #processId: number | undefined;
  #inspectorUrl: string | undefined;

  constructor(options: FunctionChildOptions) {
    this.#options = options;
    this.memoryMb = options.spawn.memoryMb;
    this.lost = this.#lost.promise;
    this.exited = this.#exited.promise;
    this.#spawned = spawnFunctionProcess(options.spawn);
    const { pipe } = this.#spawned;
    this.#channel = new WireChannel<HostMessage>(pipe, {
      receive: (message) => this.#receive(readFunctionMessage(message)),
      fail: () => this.#breakOff("it wrote to the pipe that belongs to Holdfast (file descriptor 3)"),
    });
    this.invocations = this.#createInvocations();
    this.#relay = new ResourceRelay({
      ...options,
      channel: this.#channel,
      maximumCalls: options.limits.maximumCalls,
      functionOf: (invocation) => this.invocations.functionOf(invocation),
    });
    this.#watchProcess();
    this.#output = new ChildOutput({
      ...this.#spawned,
      log: options.log,
      onFarewell: () => void options.clock.after(options.limits.endGraceMs, () => this.#killGroup()),
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether a long run was lost with it. */
  get lostLongRun(): boolean {
    return this.#lostLongRun;
  }

  /** What messages call it. */
  get subject(): string {
    return this.#subject;
  }

  /** Whether it was told to end. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  get processId(): number | undefined {
    return this.#processId;
  }

  get inspector(): InspectorTarget | undefined {
    if (this.#inspectorUrl === undefined || this.#isLost) return undefined;
    return { url: this.#inspectorUrl, ending: this.#ending.signal };
  }

  /** Returns what the bundle declares. Rejects as `Evaluator.evaluate` does; the process is then lost. */
  async load(order: LoadOrder): Promise<unknown> {
    const loading = Promise.withResolvers<unknown>();
    this.#loading = loading;
    const { evaluationTimeoutMs } = this.#options.limits;
    const timer = this.#options.clock.after(evaluationTimeoutMs, () =>
      this.kill(failure("APP_EVALUATION_TIMEOUT", `The app was not loaded within ${evaluationTimeoutMs} ms`)),
    );
    void this.lost.then((cause) => loading.reject(toEvaluationError(cause)));
    this.#channel.send(["load", order]);
    try {
      return await loading.promise;
    } finally {
      timer.cancel();
      this.#loading = undefined;
    }
  }

  /** From now on it takes invocations. */
  serve(plan: ProcessPlan, owner: ChildOwner): void {
    this.#owner = owner;
    this.#subject = describePlan(plan);
    const [only, second] = plan.functions;
    this.#output.setFunction(second === undefined ? only?.name : undefined);
    const functions = plan.functions.flatMap(({ name, code }) =>
      code.kind === "export" ? [[name, code.export] as const] : [],
    );
    this.#channel.send(["serve", plan.environment, functions]);
  }

  /** Lets it end by itself, for a while. To be called when nothing is under way in it any more. */
  end(): Promise<void> {
    if (!this.#isEnding && !this.#isLost) {
      this.#isEnding = true;
      this.#ending.abort();
      this.#channel.send(["end"]);
      const timer = this.#options.clock.after(this.#options.limits.endGraceMs, () => this.#killGroup());
      void this.exited.then(() => timer.cancel());
    }
    return this.exited;
  }

  /** Ends it now, with everything in its process group. */
  kill(cause: ErrorRecord): void {
    this.#lose(cause);
    this.#killGroup();
  }

  #createInvocations(): ChildInvocations {
    const { blockedAfterMs } = this.#options.limits;
    return new ChildInvocations({
      channel: this.#channel,
      blockedAfterMs,
      onReleased: () => this.#owner?.onReleased(),
      onAbandoned: (count) => this.#owner?.onAbandoned(count),
      isHeldBack: () => this.#relay.holdsBack,
      onBlocked: (job) =>
        this.kill(
          failure(
            "FUNCTION_CRASHED",
            `Function "${job.functionName}" passed its timeoutMs of ${job.timeoutMs}, and its process gave no sign of life for ${blockedAfterMs} ms more; it was killed`,
          ),
        ),
    });
  }

  #receive(message: FunctionMessage | undefined): void {
    if (message === undefined)
      return this.#breakOff("it wrote to the pipe that belongs to Holdfast (file descriptor 3)");
    switch (message[0]) {
      case "returned":
        return this.invocations.finish(message[1], { outcome: "returned", payload: message[2] });
      case "failed":
        return this.invocations.finish(message[1], { outcome: "failed", error: message[2] });
      case "call":
        return this.#relay.receive(message);
      case "missing":
        return this.invocations.missing(message[1]);
      case "pong":
        return this.invocations.pong(message[1]);
      case "loaded":
        return this.#loading?.resolve(message[1]);
      case "not-loaded":
        return this.kill(message[1]);
      case "ready":
        this.#processId = message[1];
        this.#inspectorUrl = message[2] ?? undefined;
    }
  }

  #watchProcess(): void {
    const { process: child, pipe } = this.#spawned;
    const { clock, reaper } = this.#options;
    if (child.pid !== undefined) reaper?.add(child.pid);
    let end: Pick<ProcessEnd, "code" | "signal"> = { code: null, signal: null };
    child.once("error", (error) =>
      this.#finish(failure("FUNCTION_CRASHED", `Cannot start a process: ${error.message}`)),
    );
    child.once("exit", (code, signal) => {
      end = { code, signal };
      this.#killGroup();
      this.#hasExited = true;
      if (child.pid !== undefined) reaper?.remove(child.pid);
      this.#relay.release();
      clock.after(lastWordsMs, () => this.#finish(this.#describeEnd(end)));
    });
    child.once("close", () => this.#finish(this.#describeEnd(end)));
    // The pipe breaks when the process ends, which is where the reason is found.
    pipe.on("error", () => {});
    pipe.once("end", () =>
      clock.after(lastWordsMs, () =>
        this.#breakOff("it closed the pipe that belongs to Holdfast (file descriptor 3)"),
      ),
    );
  }

  #describeEnd(end: Pick<ProcessEnd, "code" | "signal">): ErrorRecord {
    return describeEnd(this.#subject, {
      ...end,
      ...this.#output.lastWords,
    });
  }

  #breakOff(reason: string): void {
    if (!this.#hasExited) this.kill(failure("FUNCTION_CRASHED", `A function process was killed: ${reason}`));
  }

  #finish(cause: ErrorRecord): void {
    this.#lose(cause);
    this.#spawned.pipe.destroy();
    this.#output.close();
    this.#exited.resolve();
  }

  #lose(cause: ErrorRecord): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#lostLongRun = this.invocations.holdsLongRun;
    this.#ending.abort();
    this.invocations.failAll(cause);
    this.#lost.resolve(cause);
  }

  #killGroup(): void {
    const { pid } = this.#spawned.process;
    // Once it has gone its number may be another's.
    if (pid === undefined || this.#hasExited) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // Nobody is left in the group.
    }
  }
}
