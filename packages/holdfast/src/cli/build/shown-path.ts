import { displayPath } from "../output/format-error.ts";

/** A path as one types it in a shell, from the current folder. */
export type Shown = (file: string) => string;

export function shownFrom(cwd: string): Shown {
  return (file) => {
    const shown = displayPath(file, cwd);
    const safe = shown.startsWith("-") ? `./${shown}` : shown;
    return /[^\w./-]/.test(safe) ? `'${safe.replaceAll("'", String.raw`'\''`)}'` : safe;
  };
}
