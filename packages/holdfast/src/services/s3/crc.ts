import { crc32 as zlibCrc32 } from "node:zlib";

/** A sum of CRC's kind, all bits reflected, begun and ended with all bits set. */
export interface Crc {
  readonly bits: 32 | 64;
  /** With its bits in reverse. */
  readonly polynomial: bigint;
  sum(bytes: Uint8Array): bigint;
}

export const crc32: Crc = {
  bits: 32,
  polynomial: 0xedb8_8320n,
  sum: (bytes) => BigInt(zlibCrc32(bytes)),
};

const castagnoli = 0x82f6_3b78;
const castagnoliTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >>> 1) ^ castagnoli : rest >>> 1;
  return rest;
});

export const crc32c: Crc = {
  bits: 32,
  polynomial: BigInt(castagnoli),
  sum(bytes) {
    let rest = 0xffff_ffff;
    for (const byte of bytes) rest = (castagnoliTable[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
    return BigInt(~rest >>> 0);
  },
};

/** NVM Express's polynomial. */
const nvmePolynomial = 0x9a6c_9329_ac4b_c9b5n;
const nvmeTable = Array.from({ length: 256 }, (_, byte) => {
  let rest = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1n) === 1n ? (rest >> 1n) ^ nvmePolynomial : rest >> 1n;
  return rest;
});
const nvmeHigh = Uint32Array.from(nvmeTable, (rest) => Number(rest >> 32n));
const nvmeLow = Uint32Array.from(nvmeTable, (rest) => Number(rest & 0xffff_ffffn));

/** In two halves: numbers hold no 64 bits, and big integers are slow. */
export const crc64Nvme: Crc = {
  bits: 64,
  polynomial: nvmePolynomial,
  sum(bytes) {
    let [high, low] = [0xffff_ffff, 0xffff_ffff];
    for (const byte of bytes) {
      const at = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (nvmeLow[at] ?? 0);
      high = (high >>> 8) ^ (nvmeHigh[at] ?? 0);
    }
    return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
  },
};

/** The sum of all bytes, from the sums of parts and how many bytes each has. */
export function combineCrcs(
  crc: Crc,
  parts: readonly { readonly sum: bigint; readonly sizeBytes: number }[],
): bigint {
  const shifts = new Map<number, bigint>();
  let combined = 0n;
  for (const { sum, sizeBytes } of parts) {
    const shift = shifts.get(sizeBytes) ?? shiftBy(crc, sizeBytes);
    shifts.set(sizeBytes, shift);
    combined = multiply(crc, combined, shift) ^ sum;
  }
  return combined;
}

/** What a sum is multiplied with for so many bytes behind it: x to the power of their bits, by squaring. */
function shiftBy(crc: Crc, sizeBytes: number): bigint {
  // The highest bit stands for x to the power of 0.
  let result = 1n << BigInt(crc.bits - 1);
  let power = 1n << BigInt(crc.bits - 9);
  for (let rest = sizeBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(crc, result, power);
    power = multiply(crc, power, power);
  }
  return result;
}

/** Of polynomials over two elements, modulo the sum's. */
function multiply({ bits, polynomial }: Crc, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = BigInt(bits - 1); bit >= 0n; bit -= 1n) {
    if (((a >> bit) & 1n) === 1n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
