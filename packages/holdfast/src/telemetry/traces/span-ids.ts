import { randomBytes } from "node:crypto";
import type { IdGenerator } from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../../base/clock.ts";

/** Of each trace the first 8 digits are seconds since 1970, which X-Ray's form of the id asks for. */
export function createSpanIds(clock: Clock): IdGenerator {
  const random = new RandomHex();
  return {
    generateTraceId: () => {
      const seconds = Math.floor(clock.now() / 1000);
      return seconds.toString(16).padStart(8, "0").slice(-8) + random.take(24);
    },
    generateSpanId: () => {
      const id = random.take(16);
      // An id of zeros is none (W3C).
      return id === noSpan ? random.take(16) : id;
    },
  };
}

const noSpan = "0".repeat(16);

/** Many ids are made of one call for random bytes. */
class RandomHex {
  #digits = "";
  #used = 0;

  take(count: number): string {
    if (this.#used + count > this.#digits.length) {
      this.#digits = randomBytes(poolBytes).toString("hex");
      this.#used = 0;
    }
    this.#used += count;
    return this.#digits.slice(this.#used - count, this.#used);
  }
}

const poolBytes = 2048;
