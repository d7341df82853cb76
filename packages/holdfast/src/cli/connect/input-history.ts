import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/**
 * What was typed in earlier runs, one entry a line, the oldest first; readable by its owner only, for messages
 * hold tokens. Kept for comfort: where it cannot be read or written, there just is none.
 */
export interface InputHistory {
  /** At most `maxHistoryEntries`, the newest first, each once. */
  readonly entries: readonly string[];
  add(entry: string): void;
}

export const maxHistoryEntries = 1_000;

/** Reads the history, and shortens its file when it holds much more than the bound. */
export function openInputHistory(file: string): InputHistory {
  const lines = readLinesIfAny(file);
  const entries = [...new Set(lines.toReversed())].slice(0, maxHistoryEntries);
  if (lines.length > 2 * maxHistoryEntries) ignoreFailure(() => rewrite(file, entries));
  return {
    entries,
    add(entry) {
      if (entry.trim() === "" || entry.length > maxEntryCharacters) return;
      ignoreFailure(() => {
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        // Appended at once, so that runs side by side and runs that are killed lose nothing.
        appendFileSync(file, `${toOneLine(entry)}\n`, { mode: 0o600 });
      });
    },
  };
}

/** `connect-history` in `$XDG_STATE_HOME/holdfast`, by default in `~/.local/state/holdfast`. */
export function historyFile(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["XDG_STATE_HOME"];
  // The XDG specification has relative paths ignored.
  const state =
    given !== undefined && path.isAbsolute(given)
      ? given
      : path.join(env["HOME"] ?? homedir(), ".local", "state");
  return path.join(state, "holdfast", "connect-history");
}

/** Line breaks between JSON tokens mean no more than a space, and inside strings there are none. */
export function toOneLine(entry: string): string {
  return entry.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

const maxEntryCharacters = 64 * 1024;

function readLinesIfAny(file: string): string[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    chmodSync(file, 0o600);
    return lines.filter((line) => line !== "");
  } catch {
    return [];
  }
}

function rewrite(file: string, entriesNewestFirst: readonly string[]): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(
    temporary,
    entriesNewestFirst
      .toReversed()
      .map((entry) => `${entry}\n`)
      .join(""),
    { mode: 0o600 },
  );
  renameSync(temporary, file);
}

function ignoreFailure(act: () => void): void {
  try {
    act();
  } catch {
    // A read-only or full home is no reason not to talk to a server.
  }
}
