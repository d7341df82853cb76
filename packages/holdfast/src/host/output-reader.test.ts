import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMark, type OutputMark } from "../model/wire/output-mark.ts";
import { readOutput } from "./output-reader.ts";

async function readAll(chunks: readonly Buffer[]): Promise<(string | OutputMark)[]> {
  const stream = new PassThrough();
  const read: (string | OutputMark)[] = [];
  readOutput(stream, { mark: (mark) => read.push(mark), line: (text) => read.push(text) });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  for (let turn = 0; turn < 20 && !stream.readableEnded; turn += 1) await nextTurn();
  expect(stream.readableEnded).toBe(true);
  return read;
}

const mark: OutputMark = ["log", "info", "said", "fn", "r1"];

test("lines and marks come in order, wherever the stream is cut", async () => {
  const bytes = Buffer.from(`first é€😀\n${formatMark(mark)}\nhalf, then ${formatMark(mark)}last`);
  const expected = ["first é€😀", mark, "", "half, then ", mark, "last"];
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length }), async (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      expect(await readAll(chunks)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test("text that only looks like a mark is text", async () => {
  expect(await readAll([Buffer.from('\u001e["log"]\nplain \u001e text\n')])).toEqual([
    '\u001e["log"]',
    "plain \u001e text",
  ]);
});

test("a line without an end is handed on in parts, so that it takes no more memory than its bound", async () => {
  const chunk = Buffer.alloc(512 * 1024, "x");
  const parts = await readAll([chunk, chunk, chunk, chunk, chunk]);
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.map(String).join("")).toHaveLength(5 * chunk.length);
});
