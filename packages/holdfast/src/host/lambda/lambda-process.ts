import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { toErrorRecord, type ErrorRecord } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { toXRayHeader } from "../../model/trace-context.ts";
import type { InvocationResult } from "../../ports/invoker.ts";
import { failure } from "../failure.ts";
import type { HostLimits } from "../host-limits.ts";
import type { HostProcess } from "../host-process.ts";
import type { Job } from "../job.ts";
import { ProcessGroup } from "../process-group.ts";
import { describePlan } from "../process-plan.ts";
import type { Reaper } from "../reaper.ts";
import { residentMb, residentMbBelow } from "../resident-memory.ts";
import { spawnProgram } from "../spawn-function-process.ts";
import { functionArn, type FunctionPlace } from "./function-place.ts";
import { logEnd, logStart, logTimeout, type ReportedInvocation } from "./invocation-report.ts";
import { toLambdaPayload } from "./lambda-payload.ts";
import type { LambdaPlan } from "./lambda-plan.ts";
import { readReportedError } from "./reported-error.ts";
import { maximumResponseBytes, RuntimeApi } from "./runtime-api.ts";
import type { RuntimeCommand } from "./runtime-command.ts";

export interface LambdaProcessOptions {
  readonly plan: LambdaPlan;
  readonly command: RuntimeCommand;
  /** All of it, but for the address of the Runtime API. */
  readonly environment: Readonly<Record<string, string>>;
  readonly place: FunctionPlace;
  readonly shell: string | undefined;
  readonly reaper: Reaper | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: HostLimits;
  /** It has nothing to do, and asks for work. */
  onFree(process: LambdaProcess): void;
}

interface Run extends ReportedInvocation {
  readonly job: Job;
  readonly startedAt: number;
  readonly initMs: number | undefined;
  /** When the process must have asked for work again. */
  deadlineMs: number;
  /** Its caller has heard. */
  isSettled: boolean;
}

/** A process of one function: it initialises, and then runs one invocation at a time. */
export class LambdaProcess implements HostProcess {
  readonly subject: string;
  readonly memoryMb: number;
  readonly #options: LambdaProcessOptions;
  readonly #api: RuntimeApi;
  readonly #group: ProcessGroup;
  readonly #pid: number | undefined;
  readonly #startedAt = performance.now();
  #initDeadlineMs: number;
  /** Undefined until it asked for work. */
  #initMs: number | undefined;
  #runs = 0;
  #run: Run | undefined;
  #isFree = false;
  #isEnding = false;
  #mostMb: number | undefined;

  /** Rejects with `FUNCTION_CRASHED`, and when no port is free. */
  static async start(options: LambdaProcessOptions): Promise<LambdaProcess> {
    const api = await RuntimeApi.listen();
    try {
      return new LambdaProcess(options, api);
    } catch (error) {
      api.close();
      throw error;
    }
  }

  private constructor(options: LambdaProcessOptions, api: RuntimeApi) {
    const { plan, command, environment, limits, clock } = options;
    const [fn] = plan.functions;
    this.#options = options;
    this.#api = api;
    this.subject = describePlan(plan);
    this.memoryMb = this.#sizeMb + limits.lambdaMemoryAllowanceMb;
    this.#initDeadlineMs = clock.now() + limits.lambdaInitMs + fn.timeoutMs;
    const spawned = spawnProgram({
      ...options,
      ...command,
      environment: {
        ...environment,
        ...options.reaper?.mark,
        PWD: command.cwd,
        AWS_LAMBDA_RUNTIME_API: api.address,
      },
    });
    this.#pid = spawned.process.pid;
    this.#group = new ProcessGroup({
      ...options,
      ...spawned,
      subject: () => this.subject,
      onExit: () => api.close(),
      onLost: (cause) => this.#settle({ outcome: "failed", error: cause }, "error"),
    });
    this.#group.output.setFunction(fn.name);
    api.tell({
      onNext: () => this.#next(),
      onResponse: (body) => this.#answer({ outcome: "returned", payload: readPayload(body) }),
      onTooLarge: () => this.#answer({ outcome: "failed", error: tooLarge() }),
      onError: (body, type) => this.#answer({ outcome: "failed", error: readReportedError(body, type) }),
      onInitError: (body, type) => this.#failInit(readReportedError(body, type)),
    });
  }

  /** Resolves as soon as it is of no more use, with the reason; what was under way has then failed with it. */
  get lost(): Promise<ErrorRecord> {
    return this.#group.lost;
  }

  get exited(): Promise<void> {
    return this.#group.exited;
  }

  get isLost(): boolean {
    return this.#group.isLost;
  }

  /** Whether it has initialised. */
  get isReady(): boolean {
    return this.#initMs !== undefined;
  }

  /** How long it took to initialise; undefined until then. */
  get initMs(): number | undefined {
    return this.#initMs;
  }

  /** Whether it was told to end, or killed for a reason that was reported. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  get isBusy(): boolean {
    return this.#run !== undefined;
  }

  get isResting(): boolean {
    return this.#isFree;
  }

  residentMb(): number | undefined {
    if (this.#pid === undefined) return undefined;
    const usedMb = this.#options.shell === undefined ? residentMb(this.#pid) : residentMbBelow(this.#pid);
    if (usedMb !== undefined) this.#mostMb = Math.max(usedMb, this.#mostMb ?? 0);
    return usedMb;
  }

  /** To be called when it is free. Settles the job. */
  run(job: Job): void {
    const { clock, log, place, limits } = this.#options;
    const payload = this.#payloadOf(job);
    if (payload === undefined) return this.#options.onFree(this);
    this.#isFree = false;
    const initMs = this.#runs === 0 ? this.#initMs : undefined;
    this.#runs += 1;
    // What initialising took over its limit is the time of the invocation that had to wait for it.
    const remainingMs = Math.max(1, job.timeoutMs - Math.max(0, (initMs ?? 0) - limits.lambdaInitMs));
    job.deadlineMs = clock.now() + remainingMs;
    const { requestId, trace } = job.event;
    const lambdaId = uuidPattern.test(requestId) ? requestId : randomUUID();
    this.#run = {
      job,
      functionName: job.functionName,
      requestId,
      lambdaId,
      trace,
      startedAt: performance.now(),
      initMs,
      deadlineMs: job.deadlineMs,
      isSettled: false,
    };
    this.#group.output.setRequest(requestId, trace);
    logStart(log, this.#run);
    this.#api.send({
      id: lambdaId,
      deadlineMs: job.deadlineMs,
      functionArn: functionArn(place, job.functionName),
      traceId: traceIdOf(job),
      payload,
    });
  }

  /** Kills it when its time is up; returns when that will be. */
  expire(nowMs: number): number {
    if (this.isLost || this.#isFree) return Infinity;
    const deadlineMs = this.#run?.deadlineMs ?? (this.isReady ? Infinity : this.#initDeadlineMs);
    if (deadlineMs > nowMs) return deadlineMs;
    if (this.#run === undefined) this.#failLateInit();
    else this.#timeOut(this.#run, nowMs);
    return Infinity;
  }

  /** A debugger has let go: it has its whole time again. */
  restartDeadlines(nowMs: number): void {
    const [fn] = this.#options.plan.functions;
    this.#initDeadlineMs = nowMs + this.#options.limits.lambdaInitMs + fn.timeoutMs;
    if (this.#run !== undefined)
      this.#run.deadlineMs = Math.max(this.#run.deadlineMs, nowMs + this.#run.job.timeoutMs);
  }

  /** Ends it now; Lambda gives functions no notice either. To be called when it runs nothing that somebody waits for. */
  end(): Promise<void> {
    this.#isEnding = true;
    this.#group.killNow();
    return this.exited;
  }

  kill(cause: ErrorRecord): void {
    this.#group.kill(cause);
  }

  close(cause: ErrorRecord): Promise<void> {
    this.#isEnding = true;
    this.#group.kill(cause);
    return this.exited;
  }

  get #sizeMb(): number {
    return this.#options.plan.memoryMb ?? 0;
  }

  /** Undefined when there is none; the job has then failed. */
  #payloadOf(job: Job): string | undefined {
    try {
      return toLambdaPayload(job.event, this.#options.place);
    } catch (error) {
      job.settle({ outcome: "failed", error: toErrorRecord(error) });
      return undefined;
    }
  }

  #next(): void {
    if (this.isLost || this.#isFree) return;
    this.#initMs ??= performance.now() - this.#startedAt;
    this.#run = undefined;
    this.#isFree = true;
    this.#options.onFree(this);
  }

  #answer(result: InvocationResult): void {
    this.#settle(result, result.outcome === "failed" ? "error" : undefined);
  }

  #settle(result: InvocationResult, status: "timeout" | "error" | undefined): void {
    const run = this.#run;
    if (run === undefined || run.isSettled) return;
    run.isSettled = true;
    const durationMs = performance.now() - run.startedAt;
    run.job.settle(result);
    // What it printed before it answered is read by then, and stands before the end.
    setImmediate(() => {
      if (this.#run === run || this.#run === undefined) this.#group.output.setRequest(undefined);
      logEnd(this.#options.log, run, {
        durationMs,
        memoryMb: this.#sizeMb,
        ...(run.initMs !== undefined && { initMs: run.initMs }),
        ...this.#memoryUsed(),
        ...(status !== undefined && { status }),
      });
    });
  }

  #memoryUsed(): { usedMb?: number } {
    // Looked at all the time (`MemoryWatch`), and here only before the first look.
    const usedMb = this.#mostMb ?? this.residentMb();
    return usedMb === undefined ? {} : { usedMb };
  }

  #timeOut(run: Run, nowMs: number): void {
    const { log } = this.#options;
    const { functionName, timeoutMs } = run.job;
    this.#isEnding = true;
    const late = run.isSettled ? "did not ask for work again" : "did not finish";
    const error = failure("HANDLER_TIMEOUT", `Function "${functionName}" ${late} within ${timeoutMs} ms`);
    if (!run.isSettled) {
      logTimeout(log, run, { timeoutMs, nowMs });
      this.#settle({ outcome: "timed-out", error }, "timeout");
    }
    this.#group.kill(error);
  }

  #failInit(cause: ErrorRecord): void {
    this.#group.lose(cause);
    this.#group.killLater();
  }

  #failLateInit(): void {
    const [{ name, timeoutMs }] = this.#options.plan.functions;
    const { lambdaInitMs } = this.#options.limits;
    const message = `Function "${name}" did not initialise within ${lambdaInitMs} ms and its timeoutMs of ${timeoutMs}`;
    this.kill(failure("HANDLER_TIMEOUT", message));
  }
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The invocation's span. Where nothing is traced, the id of the client's request where it is known; nothing records it. */
function traceIdOf({ event }: Job): string {
  if (event.trace !== undefined) return toXRayHeader(event.trace);
  const random = randomBytes(20).toString("hex");
  const seconds = Math.floor(event.requestTimeMs / 1000)
    .toString(16)
    .padStart(8, "0");
  const root = "traceId" in event ? event.traceId : `Root=1-${seconds}-${random.slice(0, 24)}`;
  return `${root};Parent=${random.slice(24)};Sampled=0`;
}

/** A runtime may answer with what is no JSON; it is handed on as text, and an empty answer as nothing. */
function readPayload(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** In Lambda's words. */
function tooLarge(): ErrorRecord {
  return {
    ...failure(
      "HANDLER_RESULT_INVALID",
      `Response payload size exceeded maximum allowed payload size (${maximumResponseBytes} bytes).`,
    ),
    name: "Function.ResponseSizeTooLarge",
  };
}
