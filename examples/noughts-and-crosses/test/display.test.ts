import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { TerminalDisplay } from "../client/terminal-display.ts";

/** A keyboard without a terminal around it. */
class Keyboard extends PassThrough {
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

test("what is typed while nobody asks is dropped, and Ctrl-C and Ctrl-D always count", async () => {
  const keyboard = new Keyboard();
  let interrupts = 0;
  const screen = new PassThrough() as unknown as WriteStream;
  const display = new TerminalDisplay(keyboard as unknown as ReadStream, screen, () => (interrupts += 1));
  const type = async (keys: string): Promise<void> => {
    keyboard.write(keys);
    await nextTurn();
  };

  display.wait("Waiting");
  await type("2,2\r");
  const answer = display.ask(undefined);
  await type("0,1x\u007f2 \u001b[A\r");
  expect(await answer).toBe("0,2 ");

  await type("\u0003");
  void display.ask(undefined);
  await type("\u0004");
  expect(interrupts).toBe(2);

  expect(keyboard.isRaw).toBe(true);
  display.close();
  expect(keyboard.isRaw).toBe(false);
});
