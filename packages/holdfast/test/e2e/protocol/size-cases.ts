import { chopped, together, type ProtocolCase } from "./case.ts";
import { fragmentsOf, frame, opcodes, text } from "./client-frames.ts";

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const letters = (size: number): string => "0123456789abcdef".repeat(size / 16);
const bytes = (size: number): Buffer => Buffer.alloc(size, letters(64));

const large: readonly ProtocolCase[] = [64, 256, 1024, 4096].flatMap((size): ProtocolCase[] => [
  {
    name: `text of ${size} KiB`,
    sends: [text(letters(size * kibibyte))],
    messages: [letters(size * kibibyte)],
  },
  {
    name: `binary of ${size} KiB`,
    sends: [frame(opcodes.binary, bytes(size * kibibyte))],
    messages: [bytes(size * kibibyte)],
  },
]);

const inFragments: readonly ProtocolCase[] = [64, 256, 1024, 4096, 65_536, 262_144].flatMap(
  (size): ProtocolCase[] => {
    // So many fragments at most that a case is quick.
    const total = Math.min(mebibyte, size * 4096);
    return [
      {
        name: `text of ${total} bytes in fragments of ${size}`,
        sends: together(...fragmentsOf(opcodes.text, bytes(total), size)),
        messages: [letters(total)],
      },
      {
        name: `binary of ${total} bytes in fragments of ${size}`,
        sends: together(...fragmentsOf(opcodes.binary, bytes(total), size)),
        messages: [bytes(total)],
      },
    ];
  },
);

const inWrites: readonly ProtocolCase[] = [64, 512, 2048].map((size) => ({
  name: `text of 128 KiB in writes of ${size}`,
  sends: chopped(size, text(letters(128 * kibibyte))),
  messages: [letters(128 * kibibyte)],
}));

const many: readonly ProtocolCase[] = [0, 16, 64, 256, 1024, 4096].map((size) => ({
  name: `500 messages of ${size} bytes`,
  sends: together(...Array.from({ length: 500 }, () => text(letters(size)))),
  messages: Array.from({ length: 500 }, () => letters(size)),
}));

/** One that is sent at once and must come back whole, however the server cuts its own writes. */
const returned: readonly ProtocolCase[] = [
  {
    name: "text of 65536 bytes in fragments of 1300",
    sends: fragmentsOf(opcodes.text, bytes(65_536), 1300),
    messages: [letters(65_536)],
  },
];

export const sizeCases: readonly ProtocolCase[] = [
  ...large,
  ...inFragments,
  ...inWrites,
  ...many,
  ...returned,
];
