import type { Writable } from "node:stream";

/** Resolves when it has left: the process may be ended as soon as a command is done. */
export function writeOut(output: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    // Whether anybody reads it is for whoever made the stream to notice.
    output.write(text, () => resolve());
  });
}
