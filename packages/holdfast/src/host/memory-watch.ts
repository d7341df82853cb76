import { readFileSync } from "node:fs";
import type { Clock, Timer } from "../base/clock.ts";
import { failure } from "./failure.ts";
import type { FunctionChild } from "./function-child.ts";

/**
 * Kills processes that have grown over their limit. V8 sees to its own heap; what buffers and native code take it
 * does not count. Only on Linux, where /proc tells.
 */
export class MemoryWatch {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #children: ReadonlySet<FunctionChild>;
  #timer: Timer | undefined;

  constructor(clock: Clock, everyMs: number, children: ReadonlySet<FunctionChild>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#children = children;
  }

  start(): void {
    if (process.platform !== "linux" || this.#timer !== undefined) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      this.#timer = undefined;
      for (const child of this.#children) checkMemory(child);
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

function checkMemory(child: FunctionChild): void {
  if (child.processId === undefined || child.isLost) return;
  const usedMb = residentMb(child.processId);
  if (usedMb === undefined || usedMb <= child.memoryMb) return;
  child.kill(
    failure(
      "FUNCTION_OUT_OF_MEMORY",
      `${child.subject} used ${Math.round(usedMb)} MB of ${child.memoryMb} and was killed`,
    ),
  );
}

/** Undefined when the process is gone. */
function residentMb(processId: number): number | undefined {
  try {
    // Reading this takes some 10 µs, never touches a disk, and unlike `statm` is not in pages, whose size varies.
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
