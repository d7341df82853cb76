import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeFrames,
  encodeMessage,
  encodeMessageEnding,
  FrameDecoder,
  maximumFrameBytes,
  maximumMessageBytes,
} from "./wire-codec.ts";

const messages = fc.array(fc.array(fc.jsonValue({ maxDepth: 3 })), { maxLength: 30 });

/** JSON's idea of it: -0 becomes 0. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

test("whatever the messages, and wherever the stream is cut, they arrive in order and whole", () => {
  fc.assert(
    fc.property(
      fc.array(messages, { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (turns, places) => {
        const bytes = Buffer.concat(turns.flatMap((turn) => encodeFrames(turn.map(encodeMessage))));
        const decoder = new FrameDecoder();
        const received = cut(bytes, places).flatMap((chunk) => decoder.push(chunk));
        expect(received).toEqual(throughJson(turns.flat()));
      },
    ),
  );
});

test("a stream that comes byte by byte gives the same messages", () => {
  const sent = [
    ["a", "é€😀"],
    ["b", { c: null }],
  ];
  const decoder = new FrameDecoder();
  const bytes = Buffer.concat(encodeFrames(sent.map(encodeMessage)));
  expect([...bytes].flatMap((byte) => decoder.push(Buffer.from([byte])))).toEqual(sent);
});

test("no messages make no frame, and one turn's messages make one", () => {
  expect(encodeFrames([])).toEqual([]);
  expect(encodeFrames([encodeMessage([1]), encodeMessage([2])])).toHaveLength(1);
});

test("a batch of large messages is spread over frames, each within the bound", () => {
  const text = "€".repeat(200_000);
  const sent = Array.from({ length: 40 }, (_, index) => [index, text]);
  const frames = encodeFrames(sent.map(encodeMessage));
  expect(frames.length).toBeGreaterThan(1);
  for (const frame of frames) expect(frame.length).toBeLessThan(maximumFrameBytes);
  const decoder = new FrameDecoder();
  expect(frames.flatMap((frame) => decoder.push(frame))).toEqual(sent);
});

test("a frame that says it is longer than the bound is refused before it arrives", () => {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(maximumFrameBytes + 1);
  expect(() => new FrameDecoder().push(header)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});

test.for(["{]", '{"not":"a list"}', "null"])("a frame that holds %s is refused", (text) => {
  const frame = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  expect(() => new FrameDecoder().push(frame)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});

test("a message longer than the bound is refused, counted in bytes", () => {
  const refused = expect.objectContaining({ code: "PAYLOAD_TOO_LARGE" });
  const fitting = Math.floor(maximumMessageBytes / 3) - 10;
  expect(() => encodeMessage(["€".repeat(fitting)])).not.toThrow();
  expect(() => encodeMessage(["€".repeat(fitting + 20)])).toThrow(refused);
  expect(() => encodeMessage(["x".repeat(fitting + 20)])).not.toThrow();
});

test("a message that ends in ready JSON is the message that holds the value", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.jsonValue(), (start, last) => {
      expect(JSON.parse(encodeMessageEnding(start, JSON.stringify(last)))).toEqual(
        throughJson([...start, last]),
      );
    }),
  );
});
