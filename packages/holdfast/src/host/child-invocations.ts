import type { WireChannel } from "../model/wire/wire-channel.ts";
import { encodeMessage } from "../model/wire/wire-codec.ts";
import { WireEventWriter } from "../model/wire/wire-event.ts";
import type { HostMessage } from "../model/wire/wire-messages.ts";
import { toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import type { InvocationResult } from "../ports/invoker.ts";
import { failure } from "./failure.ts";
import type { Job } from "./job.ts";

export interface ChildInvocationsOptions {
  readonly channel: WireChannel<HostMessage>;
  readonly blockedAfterMs: number;
  /** There is room for another invocation. */
  onReleased(): void;
  /** `count` handlers run on although their time is up. */
  onAbandoned(count: number): void;
  /** A deadline passed, and the process has not shown a sign of life since. */
  onBlocked(job: Job): void;
  /** Whether the process is kept from answering by ourselves. */
  isHeldBack(): boolean;
}

interface Ping {
  readonly serial: number;
  readonly job: Job;
  readonly deadlineMs: number;
}

/** The invocations under way in one process. */
export class ChildInvocations {
  readonly #options: ChildInvocationsOptions;
  readonly #events: WireEventWriter;
  readonly #inFlight = new Map<number, Job>();
  /** Their callers have heard, their handlers run on: to the time until which they are waited for. */
  readonly #late = new Map<number, number>();
  #abandoned = 0;
  #ping: Ping | undefined;
  #lastSerial = 0;

  constructor(options: ChildInvocationsOptions) {
    this.#options = options;
    this.#events = new WireEventWriter((message) => options.channel.send(message));
  }

  /** How many the process is busy with. */
  get size(): number {
    return this.#inFlight.size + this.#late.size;
  }

  /** How many callers wait. */
  get awaited(): number {
    return this.#inFlight.size;
  }

  /** Whether something runs in it without a time limit: whoever began that reports what becomes of it. */
  get holdsLongRun(): boolean {
    return [...this.#inFlight.values()].some(({ timeoutMs }) => timeoutMs === Infinity);
  }

  jobOf(invocation: number): Job | undefined {
    return this.#inFlight.get(invocation);
  }

  /** Names of functions under way, each once. */
  functionNames(): string[] {
    return [...new Set([...this.#inFlight.values()].map((job) => job.functionName))];
  }

  start(job: Job, nowMs: number): void {
    const { channel } = this.#options;
    try {
      const event = this.#events.write(job.event);
      const remainingMs = Math.min(job.deadlineMs - nowMs, Number.MAX_SAFE_INTEGER);
      channel.sendEncoded(encodeMessage(["invoke", job.id, job.functionName, remainingMs, event]));
      this.#inFlight.set(job.id, job);
    } catch (error) {
      job.settle({ outcome: "failed", error: toErrorRecord(error) });
    }
  }

  /** The process has answered. */
  finish(id: number, result: InvocationResult): void {
    const job = this.#inFlight.get(id);
    if (job !== undefined) {
      this.#inFlight.delete(id);
      job.settle(result);
    } else if (!this.#late.delete(id)) {
      return;
    }
    this.#options.onReleased();
  }

  /** Tells a handler that its time is up, and gives it until `deadlineMs` to take notice. */
  stop(id: number, deadlineMs: number): void {
    const job = this.#inFlight.get(id);
    if (job === undefined) return;
    job.deadlineMs = deadlineMs;
    this.#options.channel.send(["abort", id]);
  }

  missing(id: number): void {
    const name = this.jobOf(id)?.functionName ?? "";
    this.finish(id, {
      outcome: "missing",
      error: failure("HANDLER_MISSING", `The app has no handler for function "${name}"`),
    });
  }

  failAll(error: ErrorRecord): void {
    const jobs = [...this.#inFlight.values()];
    this.#inFlight.clear();
    this.#late.clear();
    this.#ping = undefined;
    for (const job of jobs) job.settle({ outcome: "failed", error });
  }

  /** It was asked for a sign of life and has not given it yet: what is sent to it now may die with it. */
  get isInDoubt(): boolean {
    return this.#ping !== undefined;
  }

  pong(serial: number): void {
    if (this.#ping?.serial !== serial) return;
    this.#ping = undefined;
    this.#options.onReleased();
  }

  forgetConnection(connectionId: string): void {
    this.#events.forget(connectionId);
  }

  /** A debugger has let go: everything has its whole time again. */
  restartDeadlines(nowMs: number): void {
    for (const job of this.#inFlight.values())
      job.deadlineMs = Math.max(job.deadlineMs, nowMs + job.timeoutMs);
    if (this.#ping !== undefined) this.#sendPing(this.#ping.job, nowMs);
  }

  /** Returns when the next deadline comes. */
  expire(nowMs: number): number {
    if (this.#ping !== undefined && this.#ping.deadlineMs <= nowMs) this.#missPing(this.#ping, nowMs);
    let earliestMs = Infinity;
    for (const job of this.#inFlight.values()) {
      if (job.deadlineMs <= nowMs) this.#timeOut(job, nowMs);
      else if (job.deadlineMs < earliestMs) earliestMs = job.deadlineMs;
    }
    return Math.min(earliestMs, this.#abandonLate(nowMs), this.#ping?.deadlineMs ?? Infinity);
  }

  #timeOut(job: Job, nowMs: number): void {
    this.#inFlight.delete(job.id);
    this.#late.set(job.id, nowMs + this.#options.blockedAfterMs);
    this.#options.channel.send(["abort", job.id]);
    if (this.#ping === undefined) this.#sendPing(job, nowMs);
    job.settle({
      outcome: "timed-out",
      error: failure(
        "HANDLER_TIMEOUT",
        `Function "${job.functionName}" did not finish within ${job.timeoutMs} ms`,
      ),
    });
  }

  #sendPing(job: Job, nowMs: number): void {
    this.#lastSerial += 1;
    this.#ping = { serial: this.#lastSerial, job, deadlineMs: nowMs + this.#options.blockedAfterMs };
    this.#options.channel.send(["ping", this.#lastSerial]);
  }

  #missPing(ping: Ping, nowMs: number): void {
    if (this.#options.isHeldBack())
      this.#ping = { ...ping, deadlineMs: nowMs + this.#options.blockedAfterMs };
    else this.#options.onBlocked(ping.job);
  }

  /** Gives up waiting for handlers that took no notice of their deadline. Returns when the next is given up. */
  #abandonLate(nowMs: number): number {
    let earliestMs = Infinity;
    let given = 0;
    for (const [id, untilMs] of this.#late) {
      if (untilMs > nowMs) {
        earliestMs = Math.min(earliestMs, untilMs);
        continue;
      }
      this.#late.delete(id);
      given += 1;
    }
    if (given > 0) {
      this.#abandoned += given;
      this.#options.onAbandoned(this.#abandoned);
      this.#options.onReleased();
    }
    return earliestMs;
  }
}
