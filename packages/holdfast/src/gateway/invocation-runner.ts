import type { Clock } from "../base/clock.ts";
import { HoldfastError, toError, toErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { InvocationResult, Invoker } from "../ports/invoker.ts";
import { DeadlineList, type Expiring } from "./deadline-list.ts";
import { nameOfCall, type FunctionCall } from "./function-call.ts";
import { failedBy } from "./integrations/failed.ts";
import { isRouteEvent, type IntegrationExecutor, type RouteEvent } from "./integrations/integration.ts";

/**
 * What became of an integration: what became of its function, or no answer in the time that the gateway waits. A
 * function that overruns its own time is the former, and to API Gateway a function's fault like any other. Where both
 * times are up at once the gateway's counts, so that not chance decides which is noticed first.
 */
export type IntegrationResult =
  | InvocationResult
  | { readonly outcome: "no-answer"; readonly error: ErrorRecord };

/** Runs functions and other integrations, and gives each no more time than its caller grants; what comes later is ignored. */
export class InvocationRunner {
  readonly #invoker: Invoker;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By duration: there are as many as there are different timeouts. */
  readonly #deadlines = new Map<number, DeadlineList>();

  constructor(invoker: Invoker, clock: Clock, log: Log) {
    this.#invoker = invoker;
    this.#clock = clock;
    this.#log = log;
  }

  /** Calls `settle` once, never within this call. Its time begins with the event's unless said. */
  run(
    call: FunctionCall,
    event: InvocationEvent,
    settle: (result: IntegrationResult) => void,
    startedAtMs: number = event.requestTimeMs,
  ): void {
    if (call.execute !== undefined && isRouteEvent(event)) {
      this.#execute(call, call.execute, event, settle, startedAtMs);
      return;
    }
    const deadlines = this.#deadlinesOf(call.timeoutMs);
    const flight = new Flight(call, deadlines, settle, { clock: this.#clock, log: this.#log });
    deadlines.add(flight, startedAtMs);
    invokeSafely(this.#invoker, call.function, event).then(
      (result) => flight.finish(result),
      (error: unknown) => flight.finish({ outcome: "failed", error: toErrorRecord(error) }),
    );
  }

  /** Apart from `run`, so that plain functions pay nothing for what only these need. */
  #execute(
    call: FunctionCall,
    execute: IntegrationExecutor,
    event: RouteEvent,
    settle: (result: IntegrationResult) => void,
    startedAtMs: number,
  ): void {
    const deadlines = this.#deadlinesOf(call.timeoutMs);
    const waiting = new AbortController();
    const flight = new Flight(
      call,
      deadlines,
      (result) => {
        if (result.outcome === "no-answer") waiting.abort();
        settle(result);
      },
      { clock: this.#clock, log: this.#log },
    );
    deadlines.add(flight, startedAtMs);
    execute(event, waiting.signal).then(
      (result) => flight.finish(result),
      (error: unknown) => flight.finish(failedBy(error)),
    );
  }

  #deadlinesOf(timeoutMs: number): DeadlineList {
    const known = this.#deadlines.get(timeoutMs);
    if (known !== undefined) return known;
    const made = new DeadlineList(this.#clock, timeoutMs);
    this.#deadlines.set(timeoutMs, made);
    return made;
  }
}

/** An invoker never throws, as the port has it; one that does must not end the process. */
function invokeSafely(invoker: Invoker, name: string, event: InvocationEvent): Promise<InvocationResult> {
  try {
    return invoker.invoke(name, event);
  } catch (error) {
    return Promise.reject(toError(error));
  }
}

class Flight implements Expiring {
  dueAtMs = 0;
  readonly #call: FunctionCall;
  readonly #deadlines: DeadlineList;
  readonly #settle: (result: IntegrationResult) => void;
  readonly #clock: Clock;
  readonly #log: Log;
  #settled = false;

  constructor(
    call: FunctionCall,
    deadlines: DeadlineList,
    settle: (result: IntegrationResult) => void,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#call = call;
    this.#deadlines = deadlines;
    this.#settle = settle;
    this.#clock = clock;
    this.#log = log;
  }

  finish(result: IntegrationResult): void {
    if (this.#settled) return;
    if (result.outcome === "timed-out" && this.#clock.now() >= this.dueAtMs) return this.expire();
    this.#settled = true;
    this.#deadlines.delete(this);
    try {
      this.#settle(result);
    } catch (error) {
      // Called from a promise: to throw here would end the process, and with it every connection.
      this.#log("error", "gateway.fault", { message: "An answer could not be handled", error });
    }
  }

  expire(): void {
    const { timeoutMs } = this.#call;
    const error = new HoldfastError(
      "HANDLER_TIMEOUT",
      `${nameOfCall(this.#call)} gave no answer within ${timeoutMs} ms`,
      {
        hint: "The gateway waits no longer for an answer, whatever the function's timeoutMs is. Answer sooner; what takes longer can be sent later.",
      },
    );
    this.finish({ outcome: "no-answer", error: toErrorRecord(error) });
  }
}
