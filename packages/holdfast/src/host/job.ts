import type { InvocationEvent } from "../model/gateway-event.ts";
import type { InvocationResult } from "../ports/invoker.ts";

/** One invocation, from the moment it is asked for until its caller has heard. */
export interface Job {
  /** Unlike any other of this host. */
  readonly id: number;
  readonly functionName: string;
  readonly event: InvocationEvent;
  readonly timeoutMs: number;
  /** When its time is up, by the host's clock. A debugger moves it. */
  deadlineMs: number;
  /** To be called once. */
  settle(result: InvocationResult): void;
}
