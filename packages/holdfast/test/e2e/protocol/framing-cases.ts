import { chopped, together, type ProtocolCase } from "./case.ts";
import { close, fragments, frame, opcodes, ping, pong, text } from "./client-frames.ts";

const sizes = [0, 1, 125, 126, 127, 128, 65_535, 65_536];
const letters = (size: number): string => "*".repeat(size);
/** Every byte there is, over and over. */
const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => at & 0xff);
const protocolError = { code: 1002 };

/** Messages of one frame, of lengths around each border between the ways to write a length. */
const wholeMessages: readonly ProtocolCase[] = [
  ...sizes.map((size) => ({
    name: `text of ${size} bytes`,
    sends: [text(letters(size))],
    messages: [letters(size)],
  })),
  ...sizes.map((size) => ({
    name: `binary of ${size} bytes`,
    sends: [frame(opcodes.binary, bytes(size))],
    messages: [bytes(size)],
  })),
  {
    name: "text of 65536 bytes in writes of 997",
    sends: chopped(997, text(letters(65_536))),
    messages: [letters(65_536)],
  },
  {
    name: "binary of 65536 bytes in writes of 997",
    sends: chopped(997, frame(opcodes.binary, bytes(65_536))),
    messages: [bytes(65_536)],
  },
  {
    name: "text in writes of one byte",
    sends: chopped(1, text("slow but sure")),
    messages: ["slow but sure"],
  },
  { name: "two messages in one write", sends: together(text("one"), text("two")), messages: ["one", "two"] },
  { name: "a frame that is not masked", sends: [text("bare", { masked: false })], closes: protocolError },
];

const pings: readonly ProtocolCase[] = [
  { name: "an empty ping", sends: [ping()], pings: [""] },
  { name: "a ping with text", sends: [ping("hello there")], pings: ["hello there"] },
  { name: "a ping with any bytes", sends: [ping(bytes(8).reverse())], pings: [bytes(8).reverse()] },
  { name: "a ping of 125 bytes", sends: [ping(letters(125))], pings: [letters(125)] },
  {
    name: "a ping of 125 bytes in writes of one",
    sends: chopped(1, ping(letters(125))),
    pings: [letters(125)],
  },
  { name: "a ping of 126 bytes", sends: [ping(letters(126))], closes: protocolError },
  { name: "a pong that nobody asked for", sends: [pong()] },
  { name: "a pong with text that nobody asked for", sends: [pong("unasked")] },
  {
    name: "a pong that nobody asked for, then a ping",
    sends: [pong("unasked"), ping("asked")],
    pings: ["asked"],
  },
  {
    name: "ten pings, each in its write",
    sends: Array.from({ length: 10 }, (_, at) => ping(`ping ${at}`)),
    pings: Array.from({ length: 10 }, (_, at) => `ping ${at}`),
  },
  {
    name: "ten pings in writes of one byte",
    sends: chopped(1, ...Array.from({ length: 10 }, (_, at) => ping(`ping ${at}`))),
    pings: Array.from({ length: 10 }, (_, at) => `ping ${at}`),
  },
  {
    name: "ten pings in one write",
    sends: together(...Array.from({ length: 10 }, (_, at) => ping(`ping ${at}`))),
    pings: Array.from({ length: 10 }, (_, at) => `ping ${at}`),
  },
];

const reservedBits: readonly ProtocolCase[] = [1, 2, 3, 4, 5, 6, 7].flatMap((rsv): ProtocolCase[] => [
  { name: `reserved bits ${rsv} on text`, sends: [text("x", { rsv })], closes: protocolError },
  {
    name: `reserved bits ${rsv} on binary`,
    sends: [frame(opcodes.binary, "x", { rsv })],
    closes: protocolError,
  },
  { name: `reserved bits ${rsv} on a ping`, sends: [ping("x", { rsv })], closes: protocolError },
  { name: `reserved bits ${rsv} on a close`, sends: [close(1000, "", { rsv })], closes: protocolError },
  {
    name: `reserved bits ${rsv} behind a message, and one behind them`,
    sends: together(text("before"), text("x", { rsv }), text("after")),
    messages: ["before"],
    closes: protocolError,
  },
  {
    name: `reserved bits ${rsv} behind a message, in writes of one byte`,
    sends: chopped(1, text("before"), text("x", { rsv })),
    messages: ["before"],
    closes: protocolError,
  },
]);

const unknownOpcodes: readonly ProtocolCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap(
  (opcode): ProtocolCase[] => [
    { name: `opcode ${opcode}, empty`, sends: [frame(opcode)], closes: protocolError },
    { name: `opcode ${opcode} with a payload`, sends: [frame(opcode, "reserved")], closes: protocolError },
    {
      name: `opcode ${opcode} behind a message, and a ping behind it`,
      sends: together(text("before"), frame(opcode, "x"), ping()),
      messages: ["before"],
      closes: protocolError,
    },
    {
      name: `opcode ${opcode} within a message`,
      sends: [text("first", { fin: false }), frame(opcode, "x"), frame(opcodes.continuation, "last")],
      closes: protocolError,
    },
  ],
);

const parts = ["first ", "second ", "third"];
const pieces = fragments(opcodes.text, parts);
const [firstPiece = Buffer.alloc(0), secondPiece = Buffer.alloc(0), lastPiece = Buffer.alloc(0)] = pieces;
const whole = parts.join("");

const fragmented: readonly ProtocolCase[] = [
  { name: "a ping that is a fragment", sends: [ping("x", { fin: false })], closes: protocolError },
  {
    name: "a pong that is a fragment",
    sends: [frame(opcodes.pong, "x", { fin: false })],
    closes: protocolError,
  },
  { name: "a close that is a fragment", sends: [close(1000, "", { fin: false })], closes: protocolError },
  { name: "a message in fragments", sends: pieces, messages: [whole] },
  { name: "a message in fragments in one write", sends: together(...pieces), messages: [whole] },
  { name: "a message in fragments in writes of one byte", sends: chopped(1, ...pieces), messages: [whole] },
  {
    name: "a binary message in fragments",
    sends: fragments(opcodes.binary, [bytes(10), bytes(300)]),
    messages: [Buffer.concat([bytes(10), bytes(300)])],
  },
  { name: "a message in empty fragments", sends: fragments(opcodes.text, ["", "", ""]), messages: [""] },
  {
    name: "a message between empty fragments",
    sends: fragments(opcodes.text, ["", "middle", ""]),
    messages: ["middle"],
  },
  {
    name: "a ping between fragments",
    sends: [firstPiece, ping("now"), secondPiece, lastPiece],
    messages: [whole],
    pings: ["now"],
  },
  {
    name: "a ping and a pong between fragments, in writes of one byte",
    sends: chopped(1, firstPiece, ping("one"), pong("unasked"), secondPiece, ping("two"), lastPiece),
    messages: [whole],
    pings: ["one", "two"],
  },
  {
    name: "fragments of two messages one after the other, pings between all",
    sends: [...pieces, ...pieces].flatMap((piece, at) => [piece, ping(`${at}`)]),
    messages: [whole, whole],
    pings: ["0", "1", "2", "3", "4", "5"],
  },
  {
    name: "a last fragment of nothing",
    sends: [frame(opcodes.continuation, "orphan")],
    closes: protocolError,
  },
  {
    name: "a fragment of nothing",
    sends: [frame(opcodes.continuation, "orphan", { fin: false })],
    closes: protocolError,
  },
  {
    name: "a fragment of nothing behind a message",
    sends: together(text("before"), frame(opcodes.continuation, "orphan"), text("after")),
    messages: ["before"],
    closes: protocolError,
  },
  {
    name: "a fragment of nothing behind a message in fragments",
    sends: together(...pieces, frame(opcodes.continuation, "orphan", { fin: false })),
    messages: [whole],
    closes: protocolError,
  },
  {
    name: "a message within another, whole",
    sends: [firstPiece, text("intruder"), lastPiece],
    closes: protocolError,
  },
  {
    name: "a message within another, in fragments",
    sends: together(firstPiece, text("intruder", { fin: false }), lastPiece),
    closes: protocolError,
  },
  {
    name: "a binary message within another",
    sends: together(firstPiece, frame(opcodes.binary, "intruder")),
    closes: protocolError,
  },
];

export const framingCases: readonly ProtocolCase[] = [
  ...wholeMessages,
  ...pings,
  ...reservedBits,
  ...unknownOpcodes,
  ...fragmented,
];
