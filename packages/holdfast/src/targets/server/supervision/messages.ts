import type { ErrorRecord } from "../../../base/errors.ts";
import type { LogLevel } from "../../../base/log.ts";

/** What a worker tells its supervisor. */
export type WorkerMessage =
  /** Asks for a listening port, which comes with the answer. */
  | { readonly kind: "open"; readonly id: number; readonly host: string; readonly port: number }
  /** All is there but the state: it wants to meet the worker that has it. */
  | { readonly kind: "prepared" }
  /** It has the state and takes clients. */
  | { readonly kind: "serving" };

/** What a supervisor tells its workers. */
export type SupervisorMessage =
  | StartMessage
  /** With the port's handle. */
  | { readonly kind: "opened"; readonly id: number; readonly port: number }
  | { readonly kind: "not-opened"; readonly id: number; readonly error: ErrorRecord }
  /** With the socket that leads to that node. */
  | { readonly kind: "peer"; readonly node: number }
  /** From now on it is the one that the supervisor watches over, and stops. */
  | { readonly kind: "in-charge" }
  /** Sends its clients away, then ends. */
  | { readonly kind: "stop" }
  /** What the supervisor has to say: it has no log of its own. */
  | { readonly kind: "log"; readonly level: LogLevel; readonly event: string; readonly message: string };

/** The first message to a worker. */
export interface StartMessage {
  readonly kind: "start";
  readonly node: number;
  /** The node of the worker that it takes over from, where there is one. */
  readonly predecessor?: number;
  /** What keys of functions are made of, the same for all workers of a supervisor. */
  readonly keySeed: string;
}
