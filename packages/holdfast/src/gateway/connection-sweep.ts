import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { WebSocketLimits } from "../model/app-model.ts";
import type { Connection } from "./connection.ts";

/**
 * Closes what was quiet or open for too long: one timer looks at all connections in turn, so that an idle one costs
 * nothing and a busy one no timer of its own. A limit holds to within a tenth of it, and a second at most.
 */
export class ConnectionSweep {
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #clock: Clock;
  readonly #log: Log;
  #limits: WebSocketLimits;
  #timer: Timer | undefined;

  constructor(connections: ReadonlyMap<string, Connection>, limits: WebSocketLimits, clock: Clock, log: Log) {
    this.#connections = connections;
    this.#limits = limits;
    this.#clock = clock;
    this.#log = log;
  }

  /** Applies to connections that are open, too. */
  setLimits(limits: WebSocketLimits): void {
    this.#limits = limits;
    this.stop();
    this.wake();
  }

  /** Call when a connection has come. */
  wake(): void {
    if (this.#timer !== undefined || this.#connections.size === 0) return;
    this.#timer = this.#clock.after(this.#periodMs(), () => this.#sweep());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #periodMs(): number {
    const shortestMs = Math.min(this.#limits.idleTimeoutMs, this.#limits.connectionDurationMs);
    return Math.min(1000, Math.max(10, Math.floor(shortestMs / 10)));
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    const { idleTimeoutMs, connectionDurationMs } = this.#limits;
    for (const connection of this.#connections.values()) {
      const { connectedAt, connectionId } = connection.facts;
      const cause =
        nowMs - connectedAt >= connectionDurationMs
          ? { what: `open for ${connectionDurationMs} ms`, hint: durationHint }
          : nowMs - connection.quietSince >= idleTimeoutMs
            ? { what: `idle for ${idleTimeoutMs} ms`, hint: idleHint }
            : undefined;
      if (cause === undefined) continue;
      this.#log("info", "gateway.limit-reached", {
        message: `Connection ${connectionId} was ${cause.what} and is closed`,
        hint: cause.hint,
        connectionId,
      });
      connection.goingAway();
    }
    this.wake();
  }
}

const durationHint =
  "Let the client connect again; limits.connectionDurationMs changes it here, and on API Gateway it is fixed.";
const idleHint =
  "Let the client send something now and then; limits.idleTimeoutMs changes it here, and on API Gateway it is fixed.";
