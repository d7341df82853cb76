import type { ErrorRecord } from "../base/errors.ts";
import type { InspectorTarget } from "./inspector-proxy.ts";
import type { Job } from "./job.ts";
import type { ProcessPlan } from "./process-plan.ts";

/**
 * Runs the invocations of the functions of one plan, in processes of one kind. Every job it is given it settles,
 * by its deadline at the latest.
 */
export interface FunctionPool {
  readonly plan: ProcessPlan;
  /** Where a debugger finds the process that runs invocations now. */
  readonly inspector: InspectorTarget | undefined;
  submit(job: Job): void;
  /** Settles what is due; returns when the next falls due, `Infinity` when nothing does. */
  expire(nowMs: number): number;
  /** Gives everything its whole time again. */
  restartDeadlines(nowMs: number): void;
  /** Ends an invocation that goes on by itself: the handler hears, and has until `deadlineMs`. */
  stop(jobId: number, deadlineMs: number): void;
  /** No more events of this connection will come. */
  forgetConnection(connectionId: string): void;
  /** How much has not begun. */
  readonly waitingCount: number;
  /** Hands over what has not begun. */
  takeWaiting(): Job[];
  /** Ends each process once what it began is finished; resolves when all are gone. Nothing is submitted any more. */
  drain(): Promise<void>;
  /** Ends all processes now; everything fails with this cause. */
  kill(cause: ErrorRecord): void;
}
