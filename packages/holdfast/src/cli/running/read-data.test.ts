import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readData } from "./read-data.ts";

const read = (...chunks: Buffer[]): Promise<string> => readData("-", Readable.from(chunks));

test("data is taken as it is, and the standard input is not touched", async () => {
  expect(await readData(" a\n", Readable.from([Buffer.from("no")]))).toBe(" a\n");
});

test.each([
  ["a\n", "a"],
  ["a\r\n", "a"],
  ["a\n\n", "a\n"],
  ["", ""],
  ["\uFEFFa", "\uFEFFa"],
])("of the standard input %j is %j", async (input, expected) => {
  expect(await read(Buffer.from(input))).toBe(expected);
});

test("a character may come in two pieces", async () => {
  const bytes = Buffer.from("é");
  expect(await read(bytes.subarray(0, 1), bytes.subarray(1))).toBe("é");
});

test("bytes that are no text are refused, and so is more than any message may hold", async () => {
  await expect(read(Buffer.from([0xff]))).rejects.toMatchObject({ code: "INPUT_INVALID" });
  await expect(read(Buffer.alloc(1024 * 1024 + 1, "x"))).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
});
