import type { TraceContext } from "../model/trace-context.ts";

/** Carries out what a function asks of a resource. It runs outside the function's process, where grants are checked. */
export interface ResourceCalls {
  /** Rejects with a `HoldfastError`; anything else that is thrown counts as a fault of Holdfast. */
  call(request: ResourceCall): Promise<unknown>;
}

export interface ResourceCall {
  /**
   * The function that asks, as the host knows it: never what the function's process claims. Its grants are checked.
   * Absent for those who ask from outside the app, such as tests.
   */
  readonly function?: string;
  /** `table:games`, `websocket:chat`, … */
  readonly resource: string;
  readonly operation: string;
  /** Plain data, as JSON holds it, and `Uint8Array`s, which travel between processes as `{ "$bytes": base64 }`. */
  readonly argument: unknown;
  /** The span of the invocation that asks; absent where nothing is traced. */
  readonly trace?: TraceContext;
}
