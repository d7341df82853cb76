import type { CommandIo } from "./command-io.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The command's surroundings as the operating system gives them. */
export function processIo(): CommandIo {
  const listeners = new Set<() => void>();
  const interrupt = (): void => listeners.forEach((listener) => listener());
  let unread = false;
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read the output has gone, as after `| head`, or it cannot be written: there is nobody left to work for.
    stream.on("error", () => {
      if (!unread) interrupt();
      unread = true;
    });
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onInterrupt(listener) {
      // Without a listener of ours a signal ends the process, as it should.
      if (listeners.size === 0) for (const signal of signals) process.on(signal, interrupt);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) for (const signal of signals) process.off(signal, interrupt);
      };
    },
  };
}
