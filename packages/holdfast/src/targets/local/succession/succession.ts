import type { Backplane } from "../../../ports/backplane.ts";
import type { OpenPort } from "../../../ports/open-port.ts";

/**
 * What an app needs to take over from a process that runs it, and to hand over to the next one. Two such processes overlap:
 * the old one keeps its sockets until its clients have gone, the new one owns the state.
 */
export interface Succession {
  /** Between the two. */
  readonly backplane: Backplane;
  /** The node of the process before this one; absent for the first. */
  readonly predecessor?: number;
  /** What keys of functions are made of: the same for all processes, so that each takes those of the other's functions. */
  readonly keySeed: string;
  /** Ports are shared. */
  readonly open: OpenPort;
  /** All is there but the state. Resolves once that has no owner any more: at once for the first process. */
  awaitState(): Promise<void>;
}
