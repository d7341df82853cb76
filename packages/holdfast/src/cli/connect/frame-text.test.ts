import { describe, expect, it } from "vitest";
import { stylesFor } from "../output/styles.ts";
import { formatFrame, formatTime } from "./frame-text.ts";

const plain = stylesFor({ isTTY: false }, {});
const timeMs = new Date(2026, 0, 2, 3, 4, 5, 67).getTime();
const indent = " ".repeat(15);

function format(text: string, columns = 80): string {
  return formatFrame("in", { data: Buffer.from(text), isBinary: false, timeMs }, { columns, styles: plain });
}

describe("formatFrame", () => {
  it("puts local time and the direction before the text", () => {
    expect(format("hello")).toBe("03:04:05.067 ← hello");
    const frame = { data: Buffer.from("hello"), isBinary: false, timeMs };
    expect(formatFrame("out", frame, { columns: 80, styles: plain })).toBe("03:04:05.067 → hello");
  });

  it("leaves JSON that fits into the width as it came", () => {
    const json = '{"a" :1}';
    expect(format(json, 15 + json.length)).toBe(`03:04:05.067 ← ${json}`);
  });

  it("lays JSON out that does not fit, further lines under the first", () => {
    expect(format('{"a" :1}', 15 + 7)).toBe(`03:04:05.067 ← {\n${indent}  "a": 1\n${indent}}`);
  });

  it("aligns the lines of a text, whichever line breaks it has", () => {
    expect(format("one\r\ntwo\nthree")).toBe(`03:04:05.067 ← one\n${indent}two\n${indent}three`);
  });

  it("shows binary data in hexadecimal, as far as one may want to look", () => {
    const layout = { columns: 80, styles: plain };
    const few = { data: Buffer.from([0, 255, 10]), isBinary: true, timeMs };
    expect(formatFrame("in", few, layout)).toBe("03:04:05.067 ← binary, 3 bytes: 00 ff 0a");
    const many = { data: Buffer.alloc(1000), isBinary: true, timeMs };
    expect(formatFrame("in", many, layout)).toBe(
      `03:04:05.067 ← binary, 1000 bytes: ${Array(64).fill("00").join(" ")} …`,
    );
  });

  it("cuts a huge message and says how much is missing", () => {
    const lines = format("x".repeat(20_000)).split("\n");
    expect(lines[0]).toHaveLength(15 + 16_384);
    expect(lines[1]).toContain("3616 characters more");
  });

  it("colours nothing where no colours are wanted, and something where they are", () => {
    const frame = { data: Buffer.from('{"a":1}'), isBinary: false, timeMs };
    const escape = "\u001b[";
    expect(formatFrame("in", frame, { columns: 80, styles: plain })).not.toContain(escape);
    expect(formatFrame("in", frame, { columns: 80, styles: stylesFor({ isTTY: true }, {}) })).toContain(
      escape,
    );
  });
});

describe("formatTime", () => {
  it("pads every part", () => {
    expect(formatTime(new Date(2026, 5, 6, 0, 0, 0, 0).getTime())).toBe("00:00:00.000");
  });
});
