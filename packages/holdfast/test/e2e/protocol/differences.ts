/** Binary messages are refused with 1003 (API Gateway, captured). */
const binary = [
  "binary of 0 bytes",
  "binary of 1 bytes",
  "binary of 125 bytes",
  "binary of 126 bytes",
  "binary of 127 bytes",
  "binary of 128 bytes",
  "a binary message in fragments",
];

/** A frame holds at most 32 KB and a message 128 KB: what is longer is refused with 1009 (API Gateway, documented). */
const long = [
  "text of 65535 bytes",
  "text of 65536 bytes",
  "binary of 65535 bytes",
  "binary of 65536 bytes",
  "text of 65536 bytes in writes of 997",
  "binary of 65536 bytes in writes of 997",
  "close behind a message of 256 KiB",
  "text of 64 KiB",
  "binary of 64 KiB",
  "text of 256 KiB",
  "binary of 256 KiB",
  "text of 1024 KiB",
  "binary of 1024 KiB",
  "text of 4096 KiB",
  "binary of 4096 KiB",
  "text of 262144 bytes in fragments of 64",
  "binary of 262144 bytes in fragments of 64",
  "text of 1048576 bytes in fragments of 256",
  "binary of 1048576 bytes in fragments of 256",
  "text of 1048576 bytes in fragments of 1024",
  "binary of 1048576 bytes in fragments of 1024",
  "text of 1048576 bytes in fragments of 4096",
  "binary of 1048576 bytes in fragments of 4096",
  "text of 1048576 bytes in fragments of 65536",
  "binary of 1048576 bytes in fragments of 65536",
  "text of 1048576 bytes in fragments of 262144",
  "binary of 1048576 bytes in fragments of 262144",
  "text of 128 KiB in writes of 64",
  "text of 128 KiB in writes of 512",
  "text of 128 KiB in writes of 2048",
];

/** What AWS's limits change: the cases that end otherwise with limits as on API Gateway, each with its close code. */
export const differences: ReadonlyMap<string, number> = new Map([
  ...binary.map((name) => [name, 1003] as const),
  ...long.map((name) => [name, 1009] as const),
]);
