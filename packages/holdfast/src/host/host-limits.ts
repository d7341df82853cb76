import { totalmem } from "node:os";

/** What bounds a host. Each has a default; tests choose shorter times. */
export interface HostLimits {
  /** The most memory of a process that functions without a limit of their own share. */
  readonly sharedMemoryMb: number;
  /** The longest that a bundle may take to load. */
  readonly evaluationTimeoutMs: number;
  /** A process that gives no sign of life for so long after a deadline has passed in it is blocked, and killed. */
  readonly blockedAfterMs: number;
  /** How long a process may take to end by itself once it has nothing more to do. */
  readonly endGraceMs: number;
  /** How often deadlines are looked at: the most by which a caller hears late. */
  readonly sweepEveryMs: number;
  readonly memoryCheckEveryMs: number;
  /** Invocations at a time in one process whose function does not say; Lambda's quota for an account. */
  readonly maximumConcurrency: number;
  /** Invocations that wait for a process, a process. */
  readonly maximumWaiting: number;
  /** Invocations that ran on after their time was up, in one process, before it is replaced. */
  readonly maximumAbandoned: number;
  /** Calls to resources under way, a process; at more, nothing is read from it for the time being. */
  readonly maximumCalls: number;
  /** Old code that still has invocations under way; at more, the oldest is killed. */
  readonly maximumDraining: number;
  /** The longest pause between attempts to start a process that keeps crashing. */
  readonly maximumBackoffMs: number;
  /** Processes at a time, of one template's function that does not say. */
  readonly maximumLambdaProcesses: number;
  /** Processes of all templates' functions together, as long as no more of them are busy at once. */
  readonly maximumLambdaProcessesInAll: number;
  /** Processes of templates' functions that start at once, in the whole host. */
  readonly maximumLambdaStarts: number;
  /** Invocations of one template's function that wait for a process. */
  readonly maximumLambdaWaiting: number;
  /** How long an invocation may wait for a process, if its function's time is shorter; API Gateway waits no longer. */
  readonly lambdaWaitMs: number;
  /** How long a process may take until it asks for work before that counts as the function's time; Lambda's. */
  readonly lambdaInitMs: number;
  /** A process that had nothing to do for so long ends. */
  readonly lambdaIdleMs: number;
  /** What a process may use beyond its function's memory: here a runtime counts with pages that it shares. */
  readonly lambdaMemoryAllowanceMb: number;
}

export function withDefaultLimits(limits: Partial<HostLimits> = {}): HostLimits {
  return {
    sharedMemoryMb: Math.min(2048, Math.floor(availableMemoryMb() / 2)),
    evaluationTimeoutMs: 10_000,
    blockedAfterMs: 500,
    endGraceMs: 1_000,
    sweepEveryMs: 20,
    memoryCheckEveryMs: 100,
    maximumConcurrency: 1_000,
    maximumWaiting: 100_000,
    maximumAbandoned: 100,
    maximumCalls: 10_000,
    maximumDraining: 4,
    maximumBackoffMs: 1_000,
    maximumLambdaProcesses: 10,
    maximumLambdaProcessesInAll: warmProcesses(availableMemoryMb()),
    maximumLambdaStarts: 2,
    maximumLambdaWaiting: 10_000,
    lambdaWaitMs: 30_000,
    lambdaInitMs: 10_000,
    lambdaIdleMs: 5 * 60_000,
    lambdaMemoryAllowanceMb: 64,
    ...limits,
  };
}

/** What a process of a small function's takes, in MB; about half is shared with others of its runtime. */
const usualProcessMb = 64;

function warmProcesses(memoryMb: number): number {
  return Math.max(10, Math.min(100, Math.floor(memoryMb / 2 / usualProcessMb)));
}

/** What this machine, or the container around us, has. */
function availableMemoryMb(): number {
  const constrainedBytes = process.constrainedMemory();
  const totalBytes = totalmem();
  return (constrainedBytes > 0 ? Math.min(constrainedBytes, totalBytes) : totalBytes) / 2 ** 20;
}
