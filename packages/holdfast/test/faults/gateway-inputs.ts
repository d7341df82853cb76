import type { RandomSource } from "../support/random-source.ts";
import { frame } from "../e2e/protocol/client-frames.ts";
import { upgradeRequest } from "../e2e/gateway/rig.ts";

/** What a client sends that means no good: its writes, and how it leaves. */
export interface HostileInput {
  readonly writes: readonly Buffer[];
  readonly leaves: "ends" | "resets";
}

export function hostileHandshake(random: RandomSource): HostileInput {
  const lines = requestLines(random);
  for (let changes = random.below(4); changes > 0; changes -= 1) changeLine(lines, random);
  const request = Buffer.from(`${lines.join(random.oneIn(20) ? "\n" : "\r\n")}\r\n\r\n`, "latin1");
  return cut(damage(request, random), random);
}

export function hostileFrames(random: RandomSource): HostileInput {
  const frames = Array.from({ length: 1 + random.below(5) }, () => oddFrame(random));
  const all = Buffer.concat(frames);
  return cut(
    Buffer.concat([Buffer.from(upgradeRequest()), random.oneIn(2) ? damage(all, random) : all]),
    random,
  );
}

function requestLines(random: RandomSource): string[] {
  const [, ...headers] = upgradeRequest().trimEnd().split("\r\n");
  const method = random.pick(["GET", "GET", "GET", "POST", "OPTIONS", "CONNECT", "get", "G\0T", ""]);
  const path = random.pick([
    "/dev",
    "/dev/",
    "/dev?a=1&a=%ff",
    "/",
    "//",
    "*",
    "/%00",
    "http://[",
    `/${"x".repeat(9000)}`,
  ]);
  const version = random.pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""]);
  return [`${method} ${path} ${version}`, ...headers];
}

const oddHeaders: readonly [string, ...string[]] = [
  "Content-Length: 5",
  "Content-Length: -1",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Host: localhost",
  "Host: [::1",
  "Upgrade: h2c",
  "Sec-WebSocket-Version: 99999999999",
  "Sec-WebSocket-Key: short",
  "Sec-WebSocket-Protocol: a, ,b;",
  "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
  "__proto__: x",
  ": nameless",
  " folded",
  `X-Long: ${"y".repeat(20_000)}`,
];

function changeLine(lines: string[], random: RandomSource): void {
  const at = 1 + random.below(Math.max(1, lines.length - 1));
  const change = random.below(4);
  if (change === 0) lines.splice(at, 1);
  else if (change === 1) lines.splice(at, 0, lines[at] ?? "");
  else if (change === 2) lines.splice(at, 0, random.pick(oddHeaders));
  else lines[at] = random.bytes(random.below(40)).toString("latin1");
}

/** Any opcode, any bits, any way to write a length, and now and then one that is a lie. */
function oddFrame(random: RandomSource): Buffer {
  const length = random.pick([0, 1, 2, 5, 125, 126, 127, 300, 40_000]);
  const wide = random.pick([undefined, undefined, undefined, 2, 8] as const);
  const made = frame(random.pick([0, 1, 1, 1, 2, 8, 9, 10, random.below(16)]), payload(length, random), {
    fin: !random.oneIn(3),
    rsv: random.oneIn(4) ? random.below(8) : 0,
    masked: !random.oneIn(8),
    ...(wide !== undefined && length < 65_536 && { lengthBytes: wide }),
  });
  if (random.oneIn(10)) made[1] = random.below(256);
  return made;
}

function payload(length: number, random: RandomSource): Buffer {
  const kind = random.below(3);
  if (kind === 0) return random.bytes(Math.min(length, 300));
  if (kind === 1) return Buffer.alloc(length, random.pick(["{", "é", '{"action":', "\0"]));
  return Buffer.from(
    random.pick(['{"action":"__proto__"}', '{"action":"echo"}', '{"action":{}}', "[[[[[", "\ud800"]),
  );
}

/** Some bytes other than they were, gone, or there twice. */
function damage(bytes: Buffer, random: RandomSource): Buffer {
  let damaged = Buffer.from(bytes);
  for (let times = random.below(4); times > 0 && damaged.length > 0; times -= 1) {
    const at = random.below(damaged.length);
    const change = random.below(3);
    if (change === 0) damaged[at] = random.below(256);
    else if (change === 1) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 1)]);
    else damaged = Buffer.concat([damaged.subarray(0, at), random.bytes(3), damaged.subarray(at)]);
  }
  return random.oneIn(6) ? damaged.subarray(0, random.below(damaged.length + 1)) : damaged;
}

function cut(bytes: Buffer, random: RandomSource): HostileInput {
  const writes: Buffer[] = [];
  const pieces = 1 + random.below(3);
  for (let at = 0; at < bytes.length;) {
    const length = writes.length + 1 === pieces ? bytes.length : 1 + random.below(bytes.length);
    writes.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { writes, leaves: random.oneIn(5) ? "resets" : "ends" };
}
