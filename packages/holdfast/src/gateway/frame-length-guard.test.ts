import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientFrame } from "../../test/e2e/gateway/rig.ts";
import { FrameLengthGuard, type LongFrame } from "./frame-length-guard.ts";

const frameBytes = 70_000;

/** What the guard finds, its place counted from the first chunk's beginning. */
function findIn(chunks: readonly Uint8Array[]): LongFrame | undefined {
  const guard = new FrameLengthGuard(frameBytes);
  let passed = 0;
  for (const chunk of chunks) {
    const found = guard.check(chunk);
    if (found?.kind === "long") return { ...found, start: passed + found.start };
    passed += chunk.length;
  }
  return undefined;
}

describe("the limit on a frame's length", () => {
  it.each([0, 125, 126, 65_535, 65_536, frameBytes])(
    "lets a frame of %i bytes pass, and the next",
    (length) => {
      const frame = clientFrame(1, Buffer.alloc(length));
      expect(findIn([frame, frame, Buffer.concat([frame, frame])])).toBeUndefined();
    },
  );

  it("finds a frame that is too long by its head, and where it begins", () => {
    const before = Buffer.concat([
      clientFrame(1, "ab"),
      clientFrame(9, ""),
      clientFrame(0, Buffer.alloc(300)),
    ]);
    const head = clientFrame(1, Buffer.alloc(frameBytes + 1)).subarray(0, 10);
    expect(findIn([Buffer.concat([before, head])])).toEqual({
      kind: "long",
      payloadBytes: frameBytes + 1,
      start: before.length,
    });
  });

  it("finds one with a length beyond all numbers", () => {
    expect(findIn([Buffer.from([0x81, 0xff, ...Array<number>(8).fill(255)])])).toMatchObject({ start: 0 });
  });

  it("finds the same in whatever chunks the bytes come, masked or not", () => {
    const frames = fc.array(
      fc.record({
        length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(65_536), fc.constant(frameBytes + 1)),
        masked: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (kinds, sizes) => {
        const encoded = kinds.map(({ length, masked }) => {
          const frame = clientFrame(1, Buffer.alloc(length));
          if (masked) return frame;
          const headBytes = frame.length - length - 4;
          const head = Buffer.from(frame.subarray(0, headBytes));
          head.writeUInt8(head.readUInt8(1) & 0x7f, 1);
          return Buffer.concat([head, frame.subarray(headBytes + 4)]);
        });
        const long = kinds.findIndex(({ length }) => length > frameBytes);
        const found = findIn(cut(Buffer.concat(encoded), sizes));
        expect(found?.payloadBytes).toBe(kinds[long]?.length);
        if (found === undefined) return;
        const start = Buffer.concat(encoded.slice(0, long)).length;
        // Of one whose head is cut, what came before the last chunk was let through.
        expect(found.start).toBeGreaterThanOrEqual(start);
        expect(found.start).toBeLessThan(start + 10);
      }),
    );
  });
});

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
