import type { Display } from "./display.ts";
import { PlainDisplay } from "./plain-display.ts";
import { TerminalDisplay } from "./terminal-display.ts";

/** In place on a terminal; line by line for pipes and files. */
export function openDisplay(onInterrupt: () => void): Display {
  const { stdin, stdout, env } = process;
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  stdout.on("error", onInterrupt); // nobody reads any more
  const isTerminal = stdin.isTTY && stdout.isTTY && env.TERM !== "dumb";
  return isTerminal ? new TerminalDisplay(stdin, stdout, onInterrupt) : new PlainDisplay(stdin, stdout);
}
