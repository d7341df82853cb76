import type { Readable, Writable } from "node:stream";

/** What a command reads, writes and depends on, so that nothing in it is ambient. */
export interface CommandIo {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Calls back whenever the command is asked to end: at SIGINT, SIGTERM and SIGHUP, and when nobody reads its output
   * any more. The returned function ends that.
   */
  onInterrupt(listener: () => void): () => void;
}

/** What the process exits with. */
export const exitCodes = { fine: 0, userMistake: 1, ourFault: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
