import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import fc from "fast-check";
import { readLines } from "./read-lines.ts";

const never = new AbortController().signal;

it("gives lines without their ends, empty ones and an unfinished last one included", async () => {
  const input = Readable.from([Buffer.from("one\r\n\ntwo\nthree")]);
  await expect(Array.fromAsync(readLines(input, never))).resolves.toEqual(["one", "", "two", "three"]);
});

it("gives nothing for an empty input", async () => {
  await expect(Array.fromAsync(readLines(Readable.from([]), never))).resolves.toEqual([]);
});

it("does not break lines at characters that JSON strings may hold", async () => {
  const line = '{"a":"x\u2028y\u2029z\u0085"}';
  await expect(Array.fromAsync(readLines(Readable.from([Buffer.from(`${line}\n`)]), never))).resolves.toEqual(
    [line],
  );
});

it("gives the same lines however the input is cut into pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme" })),
      fc.integer({ min: 1, max: 7 }),
      async (texts, size) => {
        const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ""));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await Array.fromAsync(readLines(Readable.from(pieces), never))).toEqual(lines);
      },
    ),
  );
});

it("ends with its signal while the input stays open", async () => {
  const input = new PassThrough();
  const stop = new AbortController();
  const lines = readLines(input, stop.signal);
  input.write("one\n");
  await expect(lines.next()).resolves.toEqual({ done: false, value: "one" });
  const next = lines.next();
  stop.abort();
  await expect(next).resolves.toEqual({ done: true, value: undefined });
  expect(input.destroyed).toBe(false);
  expect(input.isPaused()).toBe(true);
});

it("does not read on while nobody takes the lines", async () => {
  let piecesRead = 0;
  const input = Readable.from(
    (function* () {
      for (; piecesRead < 100_000; piecesRead += 1) yield Buffer.from("line\n");
    })(),
  );
  const lines = readLines(input, never);
  await lines.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(piecesRead).toBeLessThan(1_000);
  await lines.return(undefined);
});
