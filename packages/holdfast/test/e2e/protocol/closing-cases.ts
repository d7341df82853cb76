import { chopped, together, type ProtocolCase } from "./case.ts";
import { close, frame, opcodes, ping, text } from "./client-frames.ts";

const protocolError = { code: 1002 };
const usual = { code: 1000, reason: "" };

const allowedCodes = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const refusedCodes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

const codes: readonly ProtocolCase[] = [
  ...allowedCodes.flatMap((code): ProtocolCase[] => [
    { name: `close with ${code}`, sends: [close(code)], closes: { code, reason: "" } },
    { name: `close with ${code} and a reason`, sends: [close(code, "why")], closes: { code, reason: "why" } },
  ]),
  ...refusedCodes.flatMap((code): ProtocolCase[] => [
    { name: `close with ${code}`, sends: [close(code)], closes: protocolError },
    { name: `close with ${code} and a reason`, sends: [close(code, "why")], closes: protocolError },
  ]),
];

const payloads: readonly ProtocolCase[] = [
  { name: "close without a code", sends: [close()], closes: {} },
  { name: "close with half a code", sends: [frame(opcodes.close, "x")], closes: protocolError },
  {
    name: "close with a reason of 123 bytes",
    sends: [close(1000, "r".repeat(123))],
    closes: { code: 1000, reason: "r".repeat(123) },
  },
  { name: "close with a reason of 124 bytes", sends: [close(1000, "r".repeat(124))], closes: protocolError },
  {
    name: "close with a reason beyond ASCII",
    sends: [close(1000, "später 🙂")],
    closes: { code: 1000, reason: "später 🙂" },
  },
  {
    name: "close with a reason that is not UTF-8",
    sends: [close(1000, Buffer.from([0x6e, 0x6f, 0xff]))],
    closes: { code: 1007 },
  },
  {
    name: "close in writes of one byte",
    sends: chopped(1, close(1000, "slowly")),
    closes: { code: 1000, reason: "slowly" },
  },
];

const order: readonly ProtocolCase[] = [
  {
    name: "close behind a message",
    sends: together(text("before"), close(1000)),
    messages: ["before"],
    closes: usual,
  },
  {
    name: "close behind a message of 256 KiB",
    sends: [text("x".repeat(262_144)), close(1000)],
    messages: ["x".repeat(262_144)],
    closes: usual,
  },
  { name: "a message behind close", sends: together(close(1000), text("late")), closes: usual },
  { name: "a ping behind close", sends: together(close(1000), ping("late")), closes: usual },
  { name: "close twice", sends: together(close(1000), close(3000, "again")), closes: usual },
  { name: "rubbish behind close", sends: together(close(1000), Buffer.alloc(64, 0xff)), closes: usual },
  {
    name: "close within a message",
    sends: together(text("first", { fin: false }), close(1000), frame(opcodes.continuation, "last")),
    closes: usual,
  },
];

/** Nothing of them reaches the function in time for an answer: the connection is gone for it. */
export const closingCases: readonly ProtocolCase[] = [...codes, ...payloads, ...order];
