import { once } from "node:events";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { LineWriter } from "./line-writer.ts";

/** An output that takes what it is given only when told to, as a pipe whose reader is held up. */
class HeldOutput extends Writable {
  written = "";
  #release: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.written += chunk;
    this.#release = done;
    this.emit("held");
  }

  release(): void {
    this.#release?.();
  }
}

const toDroppedLine = (count: number): string => `${count} dropped`;

test("lines of a turn leave together, in their order", async () => {
  const output = new HeldOutput();
  const writer = new LineWriter({ output, clock: new ManualClock(), toDroppedLine });
  const held = once(output, "held");
  writer.write("a");
  writer.write("b");
  await held;
  expect(output.written).toBe("a\nb\n");
  output.release();
  await writer.close();
});

test("whoever writes never waits: what is too much for an output that blocks is dropped, and counted", async () => {
  const output = new HeldOutput();
  const writer = new LineWriter({
    output,
    clock: new ManualClock(),
    toDroppedLine,
    limits: { queuedUnits: 10 },
  });
  const held = once(output, "held");
  writer.write("first");
  await held;
  for (let at = 0; at < 1000; at += 1) writer.write("abcd");
  expect(writer.isFull).toBe(true);
  const heldAgain = once(output, "held");
  output.release();
  await heldAgain;
  expect(output.written).toBe("first\nabcd\nabcd\n998 dropped\n");
  output.release();
  await writer.close();
});

test("closing does not wait for ever for an output that nobody reads", async () => {
  const output = new HeldOutput();
  const clock = new ManualClock();
  const writer = new LineWriter({ output, clock, toDroppedLine });
  const held = once(output, "held");
  writer.write("a");
  await held;
  const closing = writer.close();
  clock.advance(2_000);
  await expect(closing).resolves.toBeUndefined();
});

test("an output that has ended is no reason to fail", async () => {
  const output = new HeldOutput();
  output.on("error", () => {});
  output.destroy(new Error("gone"));
  const writer = new LineWriter({ output, clock: new ManualClock(), toDroppedLine });
  writer.write("a");
  await writer.close();
  expect(output.written).toBe("");
});
