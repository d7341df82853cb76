import { emitKeypressEvents, type Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { styleText } from "node:util";
import type { Display } from "./display.ts";
import { drawBoard } from "./draw-board.ts";

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const spinIntervalMs = 100;
const longestAnswer = 20;

/** Draws in place: the board, and below it the one line that changes. What is typed while nobody asks is dropped. */
export class TerminalDisplay implements Display {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #onInterrupt: () => void;
  #board: readonly string[] = [];
  /** Lines on the screen that the next drawing replaces. */
  #drawnLines = 0;
  #spinning: NodeJS.Timeout | undefined;
  #question: { problem: string | undefined; typed: string; answer: (text: string) => void } | undefined;

  constructor(input: ReadStream, output: WriteStream, onInterrupt: () => void) {
    this.#input = input;
    this.#output = output;
    this.#onInterrupt = onInterrupt;
    emitKeypressEvents(input);
    input.setRawMode(true); // each key by itself, and not shown by the terminal
    input.on("keypress", this.#onKey);
  }

  say(text: string): void {
    this.#stopSpinning();
    this.#draw([`${text}\n`]);
    this.#drawnLines = 0;
  }

  board(moves: readonly string[]): void {
    this.#board = ["", ...drawBoard(moves), ""];
  }

  wait(what: string): void {
    this.#stopSpinning();
    let turn = 0;
    const spin = (): void => {
      this.#draw([...this.#board, `${styleText("cyan", spinner[turn % spinner.length] ?? "")} ${what}`]);
      turn += 1;
    };
    spin();
    this.#spinning = setInterval(spin, spinIntervalMs);
  }

  ask(problem: string | undefined): Promise<string> {
    this.#stopSpinning();
    return new Promise((answer) => {
      this.#question = { problem, typed: "", answer };
      this.#drawQuestion();
    });
  }

  finish(result: string): void {
    this.#stopSpinning();
    this.#draw([...this.#board, `${styleText("bold", result)}\n`]);
    this.#board = [];
    this.#drawnLines = 0;
  }

  close(): void {
    this.#stopSpinning();
    if (this.#drawnLines > 0) this.#draw([...this.#board, ""]);
    this.#input.off("keypress", this.#onKey).setRawMode(false).destroy();
  }

  readonly #onKey = (character: string | undefined, { name, ctrl }: Key): void => {
    if (ctrl && (name === "c" || name === "d")) return this.#onInterrupt();
    if (this.#question === undefined) return;
    const { typed, answer } = this.#question;
    if (name === "return" || name === "enter") {
      this.#question = undefined;
      return answer(typed);
    }
    if (name === "backspace") this.#question.typed = typed.slice(0, -1);
    else if (/^[\d, ]$/.test(character ?? ""))
      this.#question.typed = (typed + character).slice(0, longestAnswer);
    this.#drawQuestion();
  };

  #drawQuestion(): void {
    if (this.#question === undefined) return;
    const { problem = "", typed } = this.#question;
    this.#draw([...this.#board, styleText("red", problem), `Enter turn: ${typed}`]);
  }

  #draw(lines: readonly string[]): void {
    const up = this.#drawnLines > 1 ? `\u001b[${this.#drawnLines - 1}A` : "";
    this.#output.write(`${up}\r\u001b[J${lines.join("\n")}`);
    this.#drawnLines = lines.length;
  }

  #stopSpinning(): void {
    clearInterval(this.#spinning);
  }
}
