import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readData, writeData } from "./data-codec.ts";

function roundTrip(data: unknown): unknown {
  const writer = new ByteWriter(1);
  writeData(writer, data);
  return readData(new ByteReader(writer.take()));
}

describe("writeData and readData", () => {
  it("keep plain data", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withNullPrototype: false,
          values: [
            fc.string({ unit: "binary" }),
            fc.double(),
            fc.boolean(),
            fc.constantFrom(null, undefined),
            fc.uint8Array(),
          ],
        }),
        (data) => {
          expect(roundTrip(data)).toEqual(data);
        },
      ),
    );
  });

  it("take any name for a name", () => {
    const data = JSON.parse('{"__proto__":{"polluted":true}}') as object;
    const read = roundTrip(data) as object;
    expect(Object.getOwnPropertyNames(read)).toEqual(["__proto__"]);
    expect("polluted" in read).toBe(false);
  });

  it.each([[() => 1], [Symbol("x")], [5n]])("refuse what is not plain: %s", (data) => {
    expect(() => roundTrip({ data })).toThrow(
      expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error,
    );
  });
});

describe("writeData", () => {
  it("refuses data without an end", () => {
    const data: unknown[] = [];
    data.push(data);
    expect(() => roundTrip(data)).toThrow("levels");
  });
});

describe("ByteWriter", () => {
  it("writes counts up to the largest whole number", () => {
    for (const count of [0, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      const writer = new ByteWriter(1);
      writer.writeCount(count);
      expect(new ByteReader(writer.take()).readCount()).toBe(count);
    }
  });

  it("forgets what was truncated, and starts anew once its bytes were taken", () => {
    const writer = new ByteWriter(1);
    writer.writeText("kept");
    const { length } = writer;
    writer.writeText("forgotten".repeat(100));
    writer.truncate(length);
    expect(new ByteReader(writer.take()).readText()).toBe("kept");
    writer.writeByte(7);
    expect(writer.take()).toEqual(Uint8Array.of(7));
  });

  it("lets a reader go on behind a part that it could not read", () => {
    const writer = new ByteWriter(1);
    writer.writeSized(() => writer.writeText("part"));
    writer.writeByte(9);
    const reader = new ByteReader(writer.take());
    expect(() =>
      reader.within(() => {
        reader.readByte();
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(reader.readByte()).toBe(9);
  });
});
