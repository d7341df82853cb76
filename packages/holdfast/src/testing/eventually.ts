import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError, toError } from "../base/errors.ts";

const firstPauseMs = 5;
const longestPauseMs = 50;

/** Tries until `attempt` does not throw. After `timeoutMs` rejects with `TEST_TIMEOUT`, whose cause is the last failure. */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 2000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await attempt();
    } catch (cause) {
      if (Date.now() < deadline) {
        await sleep(pauseMs);
        continue;
      }
      const message = `Not so after ${timeoutMs} ms: ${toError(cause).message}`;
      throw new HoldfastError("TEST_TIMEOUT", message, {
        cause,
        hint: "See the cause, or give a larger timeoutMs.",
      });
    }
  }
}
