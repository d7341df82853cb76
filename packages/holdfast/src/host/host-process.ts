import type { ErrorRecord } from "../base/errors.ts";

/** What the host's watch over its processes needs of each, whatever runs in it. */
export interface HostProcess {
  /** What messages call it, at the start of a sentence. */
  readonly subject: string;
  /** The most it may use. */
  readonly memoryMb: number;
  /** Whether it is of no more use. */
  readonly isLost: boolean;
  /** Whether it has nothing to do: it is then looked after less. */
  readonly isResting: boolean;
  /** Resolves when it is gone from the system, and its process group with it. */
  readonly exited: Promise<void>;
  /** What it uses now; undefined where that cannot be known. */
  residentMb(): number | undefined;
  /** Ends it now, with everything in its process group; what is under way fails with this cause. */
  kill(cause: ErrorRecord): void;
  /** What is under way fails with this cause, and the process ends. */
  close(cause: ErrorRecord): Promise<void>;
}
