/*
 * As much of DER (ITU-T X.690) as a certificate is made of. Node reads certificates and cannot write them; the
 * libraries that can bring a reflection polyfill, which would change the globals of a user's test process.
 */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: its tag, its length, its content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => element(tags.sequence, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => element(tags.set, ...content);
export const octetString = (content: Uint8Array): Buffer => element(tags.octetString, content);
export const utf8String = (text: string): Buffer => element(tags.utf8String, Buffer.from(text));
export const yes = element(tags.boolean, Buffer.from([0xff]));

/** A number of eight bits at most, or one of any size in its bytes, taken as positive. */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === "number" ? Buffer.from([value]) : Buffer.from(value);
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  const needsSign = (significant[0] ?? 0) >= 0x80;
  return element(tags.integer, needsSign ? Buffer.from([0]) : Buffer.alloc(0), significant);
}

/** `unusedBits` of the last byte do not count. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  element(tags.bitString, Buffer.from([unusedBits]), content);

/** `oid("2.5.29.17")`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  return element(tags.oid, Buffer.from([first * 40 + second, ...others.flatMap(baseHundredTwentyEight)]));
}

function baseHundredTwentyEight(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(0x80 | (rest % 128));
  return bytes;
}

/** Years up to 2049 have two digits, later ones four (RFC 5280, 4.1.2.5). To the second. */
export function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  const isShort = digits < "2050";
  return element(
    isShort ? tags.utcTime : tags.generalizedTime,
    Buffer.from(`${digits.slice(isShort ? 2 : 0)}Z`),
  );
}

/** `[n]` before a value whose own tag it replaces; `constructed` when it holds other values. */
export const contextTag = (n: number, constructed: boolean, ...content: readonly Uint8Array[]): Buffer =>
  element((constructed ? 0xa0 : 0x80) | n, ...content);

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
