import type { Clock, Timer } from "../base/clock.ts";
import { failure } from "./failure.ts";
import type { HostProcess } from "./host-process.ts";

/** One that rests hardly grows, and there may be many: each look takes some 50 µs. In rounds. */
const restingEvery = 10;

/**
 * Kills processes that have grown over their limit. V8 sees to its own heap; what buffers and native code take it
 * does not count. Only on Linux, where /proc tells.
 */
export class MemoryWatch {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #processes: ReadonlySet<HostProcess>;
  #timer: Timer | undefined;
  #round = 0;

  constructor(clock: Clock, everyMs: number, processes: ReadonlySet<HostProcess>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#processes = processes;
  }

  start(): void {
    if (process.platform !== "linux" || this.#timer !== undefined) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      this.#timer = undefined;
      this.#round = (this.#round + 1) % restingEvery;
      for (const one of this.#processes) if (!one.isResting || this.#round === 0) checkMemory(one);
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

function checkMemory(watched: HostProcess): void {
  if (watched.isLost) return;
  const usedMb = watched.residentMb();
  if (usedMb === undefined || usedMb <= watched.memoryMb) return;
  watched.kill(
    failure(
      "FUNCTION_OUT_OF_MEMORY",
      `${watched.subject} used ${Math.round(usedMb)} MB of ${watched.memoryMb} and was killed`,
    ),
  );
}
