import fc from "fast-check";
import { expect, test } from "vitest";
import { fromWireData, toWireData } from "./wire-data.ts";

function carry(value: unknown): unknown {
  const { data, bytes } = toWireData(value);
  return fromWireData(JSON.parse(JSON.stringify(data ?? null)), bytes);
}

const key = fc.oneof(fc.string(), fc.constantFrom("$bytes", "$$bytes", "$$$bytes", "B", "__proto__"));
const bytes = fc.uint8Array({ maxLength: 40 });
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), bytes),
    fc.array(tie("data"), { maxLength: 4 }),
    fc.dictionary(key, tie("data"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("data with bytes anywhere comes through JSON as it was, whatever its keys are called", () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(carry(value)).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test("data without bytes is passed on untouched", () => {
  const value = { a: [1, { $bytes: "the user's own" }] };
  expect(toWireData(value)).toEqual({ data: value, bytes: 0 });
  expect(toWireData(value).data).toBe(value);
});

test("a Buffer arrives as bytes, and only the part of memory that it shows", () => {
  const whole = Buffer.from("hidden shown hidden");
  expect(carry({ B: whole.subarray(7, 12) })).toEqual({ B: new Uint8Array(Buffer.from("shown")) });
});

test("dates and other objects with a toJSON become what they say", () => {
  expect(carry([new Date(0), new Uint8Array([1])])).toEqual([
    "1970-01-01T00:00:00.000Z",
    new Uint8Array([1]),
  ]);
});

test("data that refers to itself is refused, with bytes beside it or without", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const refused = expect.objectContaining({ code: "RESOURCE_ARGUMENT_INVALID" });
  expect(() => toWireData(circular)).toThrow(refused);
  expect(() => toWireData({ bytes: new Uint8Array(1), circular })).toThrow(refused);
});

test("whatever a hostile process sends as data with bytes, reading it does not throw", () => {
  let nested: unknown = { $bytes: "AA==" };
  for (let depth = 0; depth < 5_000; depth += 1) nested = [nested];
  expect(() => fromWireData(nested, 1)).not.toThrow();
  fc.assert(fc.property(fc.jsonValue(), fc.anything(), (value, flag) => void fromWireData(value, flag)));
});
