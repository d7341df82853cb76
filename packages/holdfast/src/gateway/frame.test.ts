import fc from "fast-check";
import type { Writable } from "node:stream";
import * as ws from "ws";
import { describe, expect, it } from "vitest";
import { encodeCloseFrame, encodePongFrame, encodeTextFrame, fragmentBytes } from "./frame.ts";

const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What an independent client reads in these bytes. */
function read(bytes: Buffer): unknown[] {
  const seen: unknown[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on("message", (data: Buffer, isBinary: boolean) =>
    seen.push(["message", data.toString(), isBinary]),
  );
  receiver.on("pong", (data: Buffer) => seen.push(["pong", data.toString()]));
  receiver.on("conclude", (code: number, reason: Buffer) => seen.push(["close", code, reason.toString()]));
  receiver.write(bytes);
  return seen;
}

/** Of frames whose payload is 126 to 65,535 bytes long. */
function fragmentsOf(bytes: Buffer): { opcode: number; fin: boolean; payload: number }[] {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const payload = bytes.readUInt16BE(at + 2);
    found.push({ opcode: (bytes[at] ?? 0) & 0x0f, fin: (bytes[at] ?? 0) >= 0x80, payload });
    at += 4 + payload;
  }
  return found;
}

describe("a text frame", () => {
  it("holds the text, whatever its length", () => {
    const lengths = fc.constantFrom(
      0,
      1,
      124,
      125,
      126,
      127,
      8191,
      8192,
      8193,
      16_384,
      16_385,
      65_534,
      65_535,
      65_536,
      70_000,
    );
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      lengths.map((length) => "x".repeat(length)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(encodeTextFrame(text))).toEqual([["message", text, false]]);
      }),
    );
  });

  it("holds U+FFFD for lone surrogates", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\ud800", "\udc00", "a", "ä", "😀") }), (text) => {
        expect(read(encodeTextFrame(text))).toEqual([["message", text.toWellFormed(), false]]);
      }),
    );
  });

  it("is cut into fragments when it is long, between bytes if need be", () => {
    for (const length of [8193, 8300, 16_385, 131_072]) {
      const text = "äx€".repeat(length).slice(0, length);
      const bytes = encodeTextFrame(text);
      expect(read(bytes)).toEqual([["message", text, false]]);
      const fragments = fragmentsOf(bytes);
      expect(fragments.map(({ opcode, fin }) => [opcode, fin])).toEqual(
        fragments.map((_, index) => [index === 0 ? 1 : 0, index === fragments.length - 1]),
      );
      expect(Math.max(...fragments.map(({ payload }) => payload))).toBeLessThanOrEqual(fragmentBytes);
      expect(Math.min(...fragments.map(({ payload }) => payload))).toBeGreaterThan(125);
    }
    expect(fragmentsOf(encodeTextFrame("x".repeat(fragmentBytes)))).toHaveLength(1);
  });

  it("can stand beside others in one buffer", () => {
    expect(read(Buffer.concat([encodeTextFrame("a"), encodeTextFrame("b")]))).toHaveLength(2);
  });
});

describe("a control frame", () => {
  it("holds a pong's payload", () => {
    expect(read(encodePongFrame(Buffer.from("x".repeat(125))))).toEqual([["pong", "x".repeat(125)]]);
  });

  it("holds a close's code and reason, or neither", () => {
    expect(read(encodeCloseFrame(4001, "ä"))).toEqual([["close", 4001, "ä"]]);
    expect(read(encodeCloseFrame(undefined, "ignored"))).toEqual([["close", 1005, ""]]);
  });

  it("cuts a reason that is too long between characters", () => {
    expect(read(encodeCloseFrame(1000, "ä".repeat(100)))).toEqual([["close", 1000, "ä".repeat(61)]]);
  });
});
