import type { Duplex } from "node:stream";
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
import { toEvaluationError } from "./evaluation-error.ts";
import { failure } from "./failure.ts";
import type { HostLimits } from "./host-limits.ts";
import type { HostProcess } from "./host-process.ts";
import type { InspectorTarget } from "./inspector-proxy.ts";
import { lastWordsMs, ProcessGroup } from "./process-group.ts";
import { describePlan, type ProcessPlan } from "./process-plan.ts";
import type { Reaper } from "./reaper.ts";
import { residentMb } from "./resident-memory.ts";
import { ResourceRelay } from "./resource-relay.ts";
import { spawnFunctionProcess, type SpawnOptions } from "./spawn-function-process.ts";

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
export class FunctionChild implements HostProcess {
  readonly memoryMb: number;
  /** Resolves as soon as it is of no more use, with the reason; everything under way has then failed with it. */
  readonly lost: Promise<ErrorRecord>;
  /** Resolves when it is gone from the system, and its process group with it. */
  readonly exited: Promise<void>;
  readonly invocations: ChildInvocations;
  readonly #options: FunctionChildOptions;
  readonly #group: ProcessGroup;
  readonly #channel: WireChannel<HostMessage>;
  readonly #relay: ResourceRelay;
  /** Tells debuggers to let go. */
  readonly #ending = new AbortController();
  #loading: PromiseWithResolvers<unknown> | undefined;
  #owner: ChildOwner | undefined;
  #subject = "A function process";
  #isEnding = false;
  #lostLongRun = false;
  /** Of the function process itself, not of its launcher. */
  #processId: number | undefined;
  #inspectorUrl: string | undefined;

  constructor(options: FunctionChildOptions) {
    this.#options = options;
    this.memoryMb = options.spawn.memoryMb;
    const { pipe, ...spawned } = spawnFunctionProcess(options.spawn);
    this.#channel = new WireChannel<HostMessage>(pipe, {
      receive: (message) => this.#receive(readFunctionMessage(message)),
      fail: () => this.#breakOff("it wrote to the pipe that belongs to Holdfast (file descriptor 3)"),
    });
    this.invocations = this.#createInvocations();
    this.#relay = new ResourceRelay({
      ...options,
      channel: this.#channel,
      maximumCalls: options.limits.maximumCalls,
      jobOf: (invocation) => this.invocations.jobOf(invocation),
    });
    this.#group = new ProcessGroup({
      ...options,
      ...spawned,
      subject: () => this.#subject,
      onExit: () => this.#relay.release(),
      onLost: (cause) => this.#failAll(cause),
    });
    this.lost = this.#group.lost;
    this.exited = this.#group.exited;
    this.#watchPipe(pipe);
  }

  get isLost(): boolean {
    return this.#group.isLost;
  }

  /** It runs many invocations at a time, and there are few such processes. */
  get isResting(): boolean {
    return false;
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

  residentMb(): number | undefined {
    return this.#processId === undefined ? undefined : residentMb(this.#processId);
  }

  get inspector(): InspectorTarget | undefined {
    if (this.#inspectorUrl === undefined || this.isLost) return undefined;
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
    this.#group.output.setFunction(second === undefined ? only?.name : undefined);
    const functions = plan.functions.flatMap(({ name, code }) =>
      code.kind === "export" ? [[name, code.export] as const] : [],
    );
    this.#channel.send(["serve", plan.environment, functions]);
  }

  /** Lets it end by itself, for a while. To be called when nothing is under way in it any more. */
  end(): Promise<void> {
    if (!this.#isEnding && !this.isLost) {
      this.#isEnding = true;
      this.#ending.abort();
      this.#channel.send(["end"]);
      this.#group.killLater();
    }
    return this.exited;
  }

  close(cause: ErrorRecord): Promise<void> {
    this.invocations.failAll(cause);
    return this.end();
  }

  /** Ends it now, with everything in its process group. */
  kill(cause: ErrorRecord): void {
    this.#group.kill(cause);
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

  #watchPipe(pipe: Duplex): void {
    // The pipe breaks when the process ends, which is where the reason is found.
    pipe.on("error", () => {});
    pipe.once("end", () =>
      this.#options.clock.after(lastWordsMs, () =>
        this.#breakOff("it closed the pipe that belongs to Holdfast (file descriptor 3)"),
      ),
    );
    void this.exited.then(() => pipe.destroy());
  }

  #breakOff(reason: string): void {
    if (!this.#group.hasExited)
      this.kill(failure("FUNCTION_CRASHED", `A function process was killed: ${reason}`));
  }

  #failAll(cause: ErrorRecord): void {
    this.#lostLongRun = this.invocations.holdsLongRun;
    this.#ending.abort();
    this.invocations.failAll(cause);
  }
}
