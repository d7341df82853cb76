import { writeSync } from "node:fs";

/** How long a write waits for a full pipe to empty before it tries again. */
const retryAfterMs = 1;

/**
 * Writes all of it before it returns, or as much as a pipe takes that stays full for `maximumWaitMs`. A reader that
 * is gone is no error: there is nobody to tell.
 */
export function writeFully(fileDescriptor: number, bytes: Uint8Array, maximumWaitMs = Infinity): void {
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fileDescriptor, bytes, written);
    } catch (error) {
      // Somebody has made the pipe non-blocking: `process.stdout` does so when it is first used.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || waitedMs >= maximumWaitMs) return;
      pause(retryAfterMs);
      waitedMs += retryAfterMs;
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
