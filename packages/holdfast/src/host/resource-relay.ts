import { HoldfastError, toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { WireChannel } from "../model/wire/wire-channel.ts";
import { fromWireData, toWireData } from "../model/wire/wire-data.ts";
import type { FunctionMessage, HostMessage } from "../model/wire/wire-messages.ts";
import type { ResourceCalls } from "../ports/resource-calls.ts";
import { failure } from "./failure.ts";
import type { Job } from "./job.ts";

type CallMessage = Extract<FunctionMessage, readonly ["call", ...unknown[]]>;

export interface ResourceRelayOptions {
  readonly resourceCalls: ResourceCalls;
  readonly log: Log;
  readonly channel: WireChannel<HostMessage>;
  /** Calls under way; at more, the channel is paused until half of them are done. */
  readonly maximumCalls: number;
  /** What an invocation was asked to do; undefined once it is over. */
  jobOf(invocation: number): Pick<Job, "functionName" | "event"> | undefined;
}

/** Carries calls of one process to the resources, in the name of the function that the host knows it runs. */
export class ResourceRelay {
  readonly #options: ResourceRelayOptions;
  #underWay = 0;
  #holdsBack = false;
  #released = false;

  constructor(options: ResourceRelayOptions) {
    this.#options = options;
  }

  /** Whether the process is kept waiting: then it cannot be expected to show signs of life. */
  get holdsBack(): boolean {
    return this.#holdsBack;
  }

  /** The process has ended: what it still sent is taken without a limit. */
  release(): void {
    this.#released = true;
    if (this.#holdsBack) this.#options.channel.resume();
    this.#holdsBack = false;
  }

  receive([, call, invocation, resource, operation, argument, bytes]: CallMessage): void {
    const job = this.#options.jobOf(invocation);
    if (job === undefined) {
      return this.#refuse(
        call,
        failure(
          "RESOURCE_OUTSIDE_HANDLER",
          `The time of the handler that asked ${resource} to ${operation} is up`,
        ),
      );
    }
    this.#underWay += 1;
    if (this.#underWay >= this.#options.maximumCalls) this.#holdBack(true);
    const { trace } = job.event;
    void this.#carryOut(call, {
      function: job.functionName,
      resource,
      operation,
      argument: fromWireData(argument, bytes),
      ...(trace !== undefined && { trace }),
    });
  }

  async #carryOut(call: number, request: Parameters<ResourceCalls["call"]>[0]): Promise<void> {
    try {
      const { data, bytes } = toWireData(await this.#options.resourceCalls.call(request));
      this.#options.channel.send(data === undefined ? ["answer", call] : ["answer", call, data, bytes]);
    } catch (thrown) {
      this.#refuse(call, this.#toRecord(thrown, request));
    }
    this.#underWay -= 1;
    if (this.#underWay <= this.#options.maximumCalls / 2) this.#holdBack(false);
  }

  #toRecord(
    thrown: unknown,
    { resource, operation }: { readonly resource: string; readonly operation: string },
  ): ErrorRecord {
    const { stack, ...record } = toErrorRecord(thrown);
    if (thrown instanceof HoldfastError) return record;
    this.#options.log("error", "resource-call-failed", {
      message: `${resource} failed to ${operation}: ${record.message}`,
      error: thrown,
      stack,
    });
    return failure("INTERNAL", `${resource} failed to ${operation}: ${record.message}`);
  }

  #refuse(call: number, error: ErrorRecord): void {
    this.#options.channel.send(["refuse", call, error]);
  }

  #holdBack(holdsBack: boolean): void {
    if (this.#holdsBack === holdsBack || this.#released) return;
    this.#holdsBack = holdsBack;
    if (holdsBack) this.#options.channel.pause();
    else this.#options.channel.resume();
  }
}
