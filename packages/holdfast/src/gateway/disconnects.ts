import type { ConnectionFacts, DisconnectEvent } from "../model/gateway-event.ts";
import { disconnectExchange } from "./exchanges.ts";
import { logFailure } from "./failure-log.ts";
import { Fifo } from "./fifo.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { startConnectionSpan } from "./traces/event-spans.ts";
import { outcomeOf } from "./traces/span-outcome.ts";

/** How often a `$disconnect` is run whose process dies under it. */
const maximumAttempts = 3;

/**
 * Runs `$disconnect`, so many at a time: when thousands of clients go at once, the function host's queue must not
 * turn any of them away. What waits is at most as many as were connected.
 */
export class Disconnects {
  readonly #context: GatewayContext;
  readonly #disconnectsInFlight: number;
  readonly #waiting = new Fifo<PendingDisconnect>();
  #running = 0;
  #hasGivenUp = false;

  constructor(context: GatewayContext, disconnectsInFlight: number) {
    this.#context = context;
    this.#disconnectsInFlight = disconnectsInFlight;
  }

  /** `onDone` is called when the function is done; what it answered or how it failed changes nothing (API Gateway, documented). */
  run(pending: PendingDisconnect): void {
    if (this.#running < this.#disconnectsInFlight) this.#start(pending);
    else this.#waiting.push(pending);
  }

  /**
   * For when the processes end: what dies with one is neither reported nor run again, and its connection does not count
   * as done.
   */
  giveUp(): void {
    this.#hasGivenUp = true;
  }

  #start(pending: PendingDisconnect, attempt = 1): void {
    const { deployed, clock, ids, runner, tracer, log } = this.#context;
    const { routes, observer } = deployed();
    const route = routes.disconnect;
    if (route === undefined) {
      const { connection } = pending;
      observer?.handled({
        eventType: "DISCONNECT",
        connection,
        routeKey: "$disconnect",
        requestId: ids.requestId(),
        requestTimeMs: clock.now(),
        status: 200,
      });
      pending.onDone();
      return;
    }
    this.#running += 1;
    const came: DisconnectEvent = {
      kind: "disconnect",
      connection: pending.connection,
      routeKey: route.key,
      requestId: ids.requestId(),
      requestTimeMs: clock.now(),
      statusCode: pending.statusCode,
      reason: pending.reason,
    };
    const span = tracer && startConnectionSpan(tracer, came);
    const event = span === undefined ? came : { ...came, trace: span.context };
    runner.run(route, event, (result) => {
      span?.end(outcomeOf(result));
      // The process died of something else, most likely: the app must not keep a ghost for that.
      const died = result.outcome === "failed" && result.error.code === "FUNCTION_CRASHED";
      if (died && this.#hasGivenUp) return;
      if (result.outcome !== "returned") logFailure(log, route, event, result);
      this.#running -= 1;
      if (died && attempt < maximumAttempts) {
        this.#start(pending, attempt + 1);
        return;
      }
      deployed().observer?.handled(disconnectExchange(event, result, clock.now()));
      pending.onDone();
      while (this.#running < this.#disconnectsInFlight) {
        const next = this.#waiting.shift();
        if (next === undefined) break;
        this.#start(next);
      }
    });
  }
}

export interface PendingDisconnect {
  readonly connection: ConnectionFacts;
  readonly statusCode: number;
  readonly reason: string;
  readonly onDone: () => void;
}
