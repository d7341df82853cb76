import fc from "fast-check";
import { expect, test } from "vitest";
import { toJson } from "./json-data.ts";

const subject = { what: "what is kept", code: "RESOURCE_ARGUMENT_INVALID" } as const;
const refused = (message: string | RegExp, hint: RegExp = /./) =>
  expect.objectContaining({
    code: "RESOURCE_ARGUMENT_INVALID",
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });

test("whatever JSON holds is written as JSON.stringify writes it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(toJson(value, subject)).toBe(JSON.stringify(value));
    }),
  );
});

class Move {
  readonly tile = 3;
  readonly #secret = 4;

  get secret(): number {
    return this.#secret;
  }
}

test.each([
  ["a Date", new Date(0)],
  ["a URL", new URL("http://a/")],
  ["an object of a class", new Move()],
  ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 })],
  ["an absent member", { a: undefined }],
  ["an empty list and object", [[], {}]],
])("%s keeps what it has in JSON", (_, value) => {
  expect(toJson({ value }, subject)).toBe(JSON.stringify({ value }));
});

test.each<[string, unknown, RegExp]>([
  ["a Map", new Map([[1, 2]]), /fromEntries/],
  ["a Set", new Set([1]), /\[\.\.\.set\]/],
  ["a Uint8Array", new Uint8Array(2), /base64/],
  ["a Buffer", Buffer.from("x"), /base64/],
  ["an ArrayBuffer", new ArrayBuffer(2), /base64/],
  ["a DataView", new DataView(new ArrayBuffer(2)), /base64/],
  ["a Promise", Promise.resolve(1), /Await/],
  ["an Error", new Error("no"), /message/],
  ["a Response", new Response("x"), /./],
  ["a function", () => 1, /./],
  ["a bigint", 1n, /String/],
])("%s is refused, however deep, for nothing of it would arrive", (noun, value, hint) => {
  expect(() => toJson(value, subject)).toThrow(refused(`^What is kept is ${noun}, which JSON`, hint));
  expect(() => toJson({ a: [{ deep: value }] }, subject)).toThrow(
    refused(`^"deep" in what is kept is ${noun}, which JSON`, hint),
  );
});

test("undefined is nothing to keep", () => {
  expect(() => toJson(undefined, subject)).toThrow(refused(/^What is kept is undefined/));
});

test("what refers to itself is refused, whatever it branches into", () => {
  const circle: { left?: unknown; right?: unknown } = {};
  circle.left = [circle];
  circle.right = [circle];
  expect(() => toJson(circle, subject)).toThrow(refused(/refers to itself/));
});

test("what throws while it is read is refused with the reason", () => {
  const broken = { toJSON: () => circle };
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(() => toJson(Object.assign(new Move(), broken), subject)).toThrow(
    refused(/is not JSON: .*circular/i),
  );
});
