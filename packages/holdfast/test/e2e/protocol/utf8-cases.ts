import { chopped, type ProtocolCase } from "./case.ts";
import { fragments, fragmentsOf, opcodes, text } from "./client-frames.ts";

/** Characters of every length, at the edges of what each length may hold. */
const validTexts: Readonly<Record<string, string>> = {
  "one byte": "\u0000 \u007f",
  "two bytes": "\u0080 \u07ff",
  "three bytes": "\u0800 \uffff",
  "four bytes": "\u{10000} \u{10ffff}",
  "around the surrogates": "\ud7ff \ue000",
  "the replacement character": "\ufffd",
  noncharacters: "\ufffe \ufdd0 \u{1fffe} \u{2ffff} \u{10fffe}",
  "a byte order mark": "\ufeffmarked",
  "several scripts": "Grüße κόσμε привет 日本語 🙂 ‏שלום",
  "combining marks": "e\u0301 \u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
};

const valid: readonly ProtocolCase[] = Object.entries(validTexts).flatMap(([what, content]) => {
  const encoded = Buffer.from(content);
  return [
    { name: `UTF-8: ${what}`, sends: [text(content)], messages: [content] },
    {
      name: `UTF-8: ${what}, a fragment a byte`,
      sends: fragmentsOf(opcodes.text, encoded, 1),
      messages: [content],
    },
    {
      name: `UTF-8: ${what}, a fragment a byte, in writes of one byte`,
      sends: chopped(1, ...fragmentsOf(opcodes.text, encoded, 1)),
      messages: [content],
    },
  ];
});

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** What no text may hold; RFC 3629, 3 and 4. */
const invalidBytes: Readonly<Record<string, Uint8Array>> = {
  "a continuation alone, the first": hex("80"),
  "a continuation alone, the last": hex("bf"),
  "two continuations": hex("80 bf"),
  "seven continuations": hex("80 bf 80 bf 80 bf 80"),
  "all continuations": Uint8Array.from(range(0x80, 0xbf)),
  "all starts of two, each before a space": Uint8Array.from(
    range(0xc0, 0xdf).flatMap((byte) => [byte, 0x20]),
  ),
  "all starts of three, each before a space": Uint8Array.from(
    range(0xe0, 0xef).flatMap((byte) => [byte, 0x20]),
  ),
  "all starts of four, each before a space": Uint8Array.from(
    range(0xf0, 0xf7).flatMap((byte) => [byte, 0x20]),
  ),
  "a start of two at the end": hex("68 69 c3"),
  "a start of three at the end": hex("e2"),
  "a start of three and one more at the end": hex("e2 82"),
  "a start of four and two more at the end": hex("f0 9f 99"),
  "a start of three, one more, a letter": hex("e2 82 41"),
  "a start of four, two more, a letter": hex("f0 9f 99 41"),
  "the byte fe": hex("fe"),
  "the byte ff": hex("ff"),
  "both of them, twice": hex("fe fe ff ff"),
  "a slash in two bytes": hex("c0 af"),
  "a slash in three bytes": hex("e0 80 af"),
  "a slash in four bytes": hex("f0 80 80 af"),
  "zero in two bytes": hex("c0 80"),
  "the last of one byte in two": hex("c1 bf"),
  "the last of two bytes in three": hex("e0 9f bf"),
  "the last of three bytes in four": hex("f0 8f bf bf"),
  "five bytes": hex("f8 88 80 80 80"),
  "six bytes": hex("fc 84 80 80 80 80"),
  "the first beyond the last character": hex("f4 90 80 80"),
  "far beyond the last character": hex("f7 bf bf bf"),
  ...Object.fromEntries(
    ["a0 80", "ad bf", "ae 80", "af bf", "b0 80", "be 80", "bf bf"].map((tail) => [
      `the surrogate ed ${tail}`,
      hex(`ed ${tail}`),
    ]),
  ),
  "a pair of surrogates": hex("ed a0 80 ed b0 80"),
  "another pair of surrogates": hex("ed af bf ed bf bf"),
};

const invalid: readonly ProtocolCase[] = Object.entries(invalidBytes).flatMap(([what, bytes]) => {
  const framed = Buffer.concat([Buffer.from("good "), bytes, Buffer.from(" good")]);
  // Behind it nothing is read, and an incomplete character must be told from one that goes on.
  const atEnd = Buffer.concat([Buffer.from("good "), bytes]);
  const closes = { code: 1007 };
  return [
    { name: `not UTF-8: ${what}`, sends: [text(atEnd)], closes },
    { name: `not UTF-8: ${what}, amid text`, sends: [text(framed)], closes },
    { name: `not UTF-8: ${what}, a fragment a byte`, sends: fragmentsOf(opcodes.text, atEnd, 1), closes },
    {
      name: `not UTF-8: ${what}, behind a message`,
      sends: [text("fine"), text(atEnd)],
      messages: ["fine"],
      closes,
    },
  ];
});

const split: readonly ProtocolCase[] = [
  {
    name: "UTF-8: a character over two fragments",
    sends: fragments(opcodes.text, [hex("68 69 f0 9f"), hex("99 82 21")]),
    messages: ["hi🙂!"],
  },
  {
    name: "not UTF-8: a character that the next message would end",
    sends: [text(hex("f0 9f")), text(hex("99 82"))],
    closes: { code: 1007 },
  },
];

export const utf8Cases: readonly ProtocolCase[] = [...valid, ...invalid, ...split];
