import type { CommandIo } from "../command-io.ts";
import { displayPath } from "../output/format-error.ts";
import { stylesFor } from "../output/styles.ts";
import type { ReachableApp } from "./find-running-app.ts";

/** Tells a person that it is the app of another folder, which they may not have meant. */
export function sayWhichApp({ name, appDir, isHere }: ReachableApp, io: CommandIo): void {
  if (isHere || io.stderr.isTTY !== true) return;
  io.stderr.write(stylesFor(io.stderr, io.env).dim(`${name} in ${displayPath(appDir, io.cwd)}\n`));
}
