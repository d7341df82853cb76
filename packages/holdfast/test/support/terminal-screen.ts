/**
 * As much of a terminal as a line editor needs: characters, wrapping at the right edge, scrolling, and the
 * sequences that move the cursor and erase. Anything else a program writes is an error, so that it is noticed.
 */
export class TerminalScreen {
  readonly #columns: number;
  readonly #rows: number;
  /** Everything since the start, what scrolled away included. */
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #unread = "";

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  write(text: string): void {
    this.#unread += text;
    for (;;) {
      const [token = ""] = nextToken.exec(this.#unread) ?? [];
      if (token === "" || (token === "\u001b" && this.#unread.length < 16)) return;
      this.#unread = this.#unread.slice(token.length);
      this.#interpret(token);
    }
  }

  /** The lines from the first to the cursor's or the last that holds something, without spaces at their ends. */
  get lines(): readonly string[] {
    const lines = this.#lines.map((line) =>
      Array.from(line, (character) => character ?? " ")
        .join("")
        .trimEnd(),
    );
    while (lines.length > this.#row + 1 && lines.at(-1) === "") lines.pop();
    return lines;
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column };
  }

  #interpret(token: string): void {
    const [, parameter = "", final = ""] = controlSequence.exec(token) ?? [];
    if (final !== "") this.#control(parameter, final);
    else if (token === "\n") this.#lineFeed();
    else if (token === "\r") this.#column = 0;
    else if (token === "\t")
      this.#column = Math.min(this.#columns - 1, this.#column + 8 - (this.#column % 8));
    else if (token < " ") throw new Error(`The screen cannot ${JSON.stringify(token)}`);
    else this.#put(token);
  }

  #put(character: string): void {
    if (this.#column === this.#columns) {
      this.#column = 0;
      this.#lineFeed();
    }
    const line = this.#lines[this.#row];
    if (line !== undefined) line[this.#column] = character;
    this.#column += 1;
  }

  #lineFeed(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push([]);
  }

  #control(parameter: string, final: string): void {
    const count = Number(parameter === "" ? 1 : parameter);
    const top = Math.max(0, this.#lines.length - this.#rows);
    if (final === "A") this.#row = Math.max(top, this.#row - count);
    else if (final === "B") this.#row = Math.min(this.#lines.length - 1, this.#row + count);
    else if (final === "C") this.#column = Math.min(this.#columns - 1, this.#column + count);
    else if (final === "D") this.#column = Math.max(0, Math.min(this.#column, this.#columns - 1) - count);
    else if (final === "G") this.#column = Math.min(this.#columns, count) - 1;
    else if (final === "J" && (parameter === "" || parameter === "0")) this.#eraseDown();
    else if (final !== "m" && parameter !== "?2004")
      throw new Error(`The screen cannot ${parameter}${final}`);
  }

  #eraseDown(): void {
    for (let row = this.#row; row < this.#lines.length; row += 1) {
      this.#lines[row] = row === this.#row ? (this.#lines[row] ?? []).slice(0, this.#column) : [];
    }
  }
}

// oxlint-disable-next-line no-control-regex -- they are what a terminal reads
const controlSequence = /^\u001b\[([?\d;]*)([A-Za-z])$/;
// oxlint-disable-next-line no-control-regex -- they are what a terminal reads
const nextToken = /^(?:\u001b\[[?\d;]*[A-Za-z]|\u001b|[^])/u;
