import readline from "node:readline";
import type { CommandIo } from "../command-io.ts";
import type { Styles } from "../output/styles.ts";
import { maxHistoryEntries, toOneLine, type InputHistory } from "./input-history.ts";
import { createKeyInput } from "./key-input.ts";
import { countOpenBrackets, startsJson } from "./unfinished-json.ts";

export interface TerminalPromptOptions {
  readonly history: InputHistory;
  readonly styles: Styles;
  /** An entry is complete. With `erase` what was typed goes from the screen, for something printed replaces it. */
  readonly onEntry: (entry: string) => "erase" | "keep";
  /** Ctrl-D or Ctrl-C at an empty prompt, or the terminal is gone. The prompt is closed by then. */
  readonly onLeave: () => void;
}

/**
 * A line editor that stays the last thing on the screen: what is printed goes above it, and above the earlier
 * lines of an entry that goes on over several. Only the terminal itself is written to while it is open.
 */
export class TerminalPrompt {
  readonly #io: CommandIo;
  readonly #options: TerminalPromptOptions;
  readonly #readline: readline.Interface;
  #historyEntries: string[];
  /** The lines of the entry so far, as long as it is not complete. */
  #typedLines: string[] = [];
  /** The last of them with their prompts, as they stand on the screen, and how many rows they cover. */
  #shownLines: string[] = [];
  #shownRows = 0;
  #openBrackets = 0;
  #rowsOfEnteredLine = 1;
  #isPasting = false;
  #waitingToPrint: string[] = [];
  #isClosed = false;

  constructor(io: CommandIo, options: TerminalPromptOptions) {
    this.#io = io;
    this.#options = options;
    this.#historyEntries = [...options.history.entries];
    const input = createKeyInput(io.stdin);
    this.#readline = readline.createInterface({
      input: input.keys,
      output: io.stdout,
      terminal: true,
      history: this.#historyEntries,
      historySize: maxHistoryEntries,
      prompt: this.#firstPrompt,
    });
    input.keys.prependListener("keypress", this.#onKey);
    input.feed(this.#readline);
    this.#readline
      .on("line", (line) => this.#enterLine(line))
      .on("history", (entries) => this.#takeBackLine(entries))
      .on("SIGINT", () => this.#interrupt())
      .on("SIGCONT", () => this.#show(true))
      .on("close", () => this.#leave());
    this.#show(false);
  }

  /** Prints lines above the prompt. All that is printed in one turn of the event loop is drawn at once. */
  print(text: string): void {
    if (this.#isClosed) this.#io.stdout.write(`${text}\n`);
    else if (this.#waitingToPrint.push(text) === 1) setImmediate(() => this.#flush());
  }

  /** Takes the prompt from the screen and gives the terminal back. What was typed is kept in the history. */
  close(): void {
    if (!this.#isClosed) this.#readline.close();
  }

  get #firstPrompt(): string {
    return this.#options.styles.bold("> ");
  }

  get #furtherPrompt(): string {
    return this.#options.styles.dim("… ");
  }

  readonly #onKey = (_text: string | undefined, key: readline.Key): void => {
    if (this.#isClosed) return;
    if (key.name === "paste-start") this.#isPasting = true;
    if (key.name === "paste-end") this.#isPasting = false;
    if (key.name !== "return" && key.name !== "enter") return;
    // Before readline takes the line away: from its end one sees how many rows it covers.
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#rowsOfEnteredLine = this.#readline.getCursorPos().rows + 1;
  };

  #enterLine(line: string): void {
    const isFirst = this.#typedLines.length === 0;
    const rows = this.#shownRows + this.#rowsOfEnteredLine;
    if (isFirst && line.trim() === "") return this.#show(false);
    this.#openBrackets += countOpenBrackets(line);
    const isSentAsItIs = !isFirst && line === "" && !this.#isPasting;
    if (this.#openBrackets > 0 && !isSentAsItIs && (!isFirst || startsJson(line))) {
      this.#typedLines.push(line);
      this.#showTyped(`${isFirst ? this.#firstPrompt : this.#furtherPrompt}${line}`, rows);
    } else {
      this.#finishEntry(isSentAsItIs ? this.#typedLines : [...this.#typedLines, line], rows);
    }
    if (!this.#isClosed) this.#show(false);
  }

  /** What would scroll off the screen is let go, for no cursor gets there again: it stays as it was typed. */
  #showTyped(line: string, rows: number): void {
    const isTooTall = rows >= (this.#io.stdout.rows ?? 24) - 1;
    this.#shownLines = isTooTall ? [] : [...this.#shownLines, line];
    this.#shownRows = isTooTall ? 0 : rows;
  }

  #finishEntry(lines: readonly string[], rows: number): void {
    const entry = lines.join("\n");
    this.#forgetTyped();
    this.#remember(entry);
    if (this.#options.onEntry(entry) === "erase") this.#io.stdout.write(eraseRows(rows));
  }

  /** readline keeps single lines; an entry of several is remembered as one, when it is complete. */
  #takeBackLine(entries: string[]): void {
    entries.shift();
    this.#historyEntries = entries;
  }

  #remember(entry: string): void {
    const line = toOneLine(entry);
    const earlier = this.#historyEntries.indexOf(line);
    if (earlier !== -1) this.#historyEntries.splice(earlier, 1);
    this.#historyEntries.unshift(line);
    this.#historyEntries.splice(maxHistoryEntries);
    this.#options.history.add(line);
  }

  #interrupt(): void {
    if (this.#readline.line === "" && this.#typedLines.length === 0) return this.close();
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    this.#io.stdout.write(eraseRows(this.#shownRows));
    this.#forgetTyped();
    this.#isPasting = false;
    this.#show(false);
  }

  #forgetTyped(): void {
    this.#typedLines = [];
    this.#shownLines = [];
    this.#shownRows = 0;
    this.#openBrackets = 0;
  }

  #show(keepCursor: boolean): void {
    this.#io.stdout.write(bracketedPasteOn);
    this.#readline.setPrompt(this.#typedLines.length === 0 ? this.#firstPrompt : this.#furtherPrompt);
    this.#readline.prompt(keepCursor);
  }

  #flush(): void {
    const text = this.#takeWaiting();
    if (text === "") return;
    const rowsAboveCursor = this.#readline.getCursorPos().rows;
    const typed = this.#shownLines.map((line) => `${line}\n`).join("");
    // readline goes up as many rows as its cursor was down before it draws itself anew.
    const room = "\n".repeat(rowsAboveCursor);
    this.#io.stdout.write(`${eraseRows(this.#shownRows + rowsAboveCursor)}${text}${typed}${room}`);
    this.#show(true);
  }

  #takeWaiting(): string {
    const text = this.#waitingToPrint.map((each) => `${each}\n`).join("");
    this.#waitingToPrint = [];
    return text;
  }

  #leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const draft = [...this.#typedLines, this.#readline.line].join("\n");
    if (draft.trim() !== "") this.#options.history.add(draft);
    const rows = this.#shownRows + this.#readline.getCursorPos().rows;
    this.#io.stdout.write(`${bracketedPasteOff}${eraseRows(rows)}${this.#takeWaiting()}`);
    this.#options.onLeave();
  }
}

// With it a terminal marks what is pasted, so that an empty line in pasted JSON does not send half of it.
const bracketedPasteOn = "\u001b[?2004h";
const bracketedPasteOff = "\u001b[?2004l";

/** Goes so many rows up and to the left edge, and erases everything from there. */
function eraseRows(rows: number): string {
  return `${rows > 0 ? `\u001b[${rows}A` : ""}\r\u001b[J`;
}
