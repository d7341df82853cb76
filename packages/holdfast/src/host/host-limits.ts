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
    ...limits,
  };
}

/** What this machine, or the container around us, has. */
function availableMemoryMb(): number {
  const constrainedBytes = process.constrainedMemory();
  const totalBytes = totalmem();
  return (constrainedBytes > 0 ? Math.min(constrainedBytes, totalBytes) : totalBytes) / 2 ** 20;
}
