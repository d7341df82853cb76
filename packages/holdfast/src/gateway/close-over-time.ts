import type { Clock } from "../base/clock.ts";
import type { Connection } from "./connection.ts";
import type { DrainChoice } from "./gateway.ts";

const tickMs = 50;

/**
 * Closes every connection, the oldest first, evenly over a time, each once its messages are answered; whoever comes
 * meanwhile, or is not done, is closed at its end. Resolves when each has been told.
 */
export function closeOverTime(
  connections: ReadonlyMap<string, Connection>,
  { windowMs, code, reason, takesLate = false }: DrainChoice,
  clock: Clock,
): Promise<void> {
  const startedAt = clock.now();
  const waiting = [...connections.values()];
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const closeDue = (): void => {
    const elapsedMs = clock.now() - startedAt;
    if (elapsedMs >= windowMs) {
      for (const connection of connections.values()) connection.close(code, reason);
      resolve();
      return;
    }
    const due = Math.floor((waiting.length * elapsedMs) / windowMs);
    // What a handler has to say to a client is not cut off, as long as there is time.
    for (const connection of waiting.slice(begun, due)) connection.leave(code, reason);
    begun = Math.max(begun, due);
    if (connections.size === 0 && !takesLate) resolve();
    else clock.after(Math.min(tickMs, windowMs - elapsedMs), closeDue);
  };
  closeDue();
  return promise;
}
