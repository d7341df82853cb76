import type { Clock } from "../../base/clock.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** So long a handshake waits at most for connections of before to be ended. */
const holdMs = 2_000;

/**
 * Has handshakes wait until connections that an unclean stop left have been ended: who comes back at once must not
 * meet the name, or the seat, that a `$disconnect` is about to free.
 */
export class HandshakeHold {
  readonly #clock: Clock;
  #over: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on handshakes wait, for `release`. */
  begin(): void {
    this.#over ??= Promise.withResolvers<void>();
  }

  /** They go on when the work is done, or has taken too long. */
  releaseAfter(work: Promise<unknown>): void {
    const release = (): void => {
      this.#over?.resolve();
      this.#over = undefined;
      timer.cancel();
    };
    const timer = this.#clock.after(holdMs, release);
    void work.finally(release);
  }

  /** A gateway whose handshakes wait while others do. */
  guard(gateway: Gateway): Pick<Gateway, "open"> {
    return {
      open: async (handshake) => {
        await this.#over?.promise;
        return gateway.open(handshake);
      },
    };
  }
}
