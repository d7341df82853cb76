import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Display } from "./display.ts";
import { drawBoard } from "./draw-board.ts";
import { GameEnded } from "./game-ended.ts";

/** One line after another, for pipes, files and simple terminals. */
export class PlainDisplay implements Display {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #lines: AsyncIterator<string>;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  say(text: string): void {
    this.#output.write(`${text}\n`);
  }

  board(moves: readonly string[]): void {
    this.say(`\n${drawBoard(moves).join("\n")}\n`);
  }

  wait(what: string): void {
    this.say(what);
  }

  async ask(problem: string | undefined): Promise<string> {
    if (problem !== undefined) this.say(problem);
    this.#output.write("Enter turn: ");
    const { done, value } = await this.#lines.next();
    this.say(value ?? ""); // what comes through a pipe shows nowhere else
    if (done) throw new GameEnded("It was your turn, but there was nothing more to read.");
    return value;
  }

  finish(result: string): void {
    this.say(result);
  }

  close(): void {
    this.#input.destroy();
  }
}
