import type { AttributeValue } from "./attribute-value.ts";
import { parseDecimal, type Decimal } from "./decimal.ts";
import { requestInvalid } from "./table-request-error.ts";

/**
 * Bytes whose order (unsigned, shorter first) is DynamoDB's order of the values: text by its UTF-8 bytes, numbers by
 * value, binary by bytes. Equal numbers give equal bytes. The type is not in the bytes: compare keys of one type only.
 * Throws `TABLE_REQUEST_INVALID` for values that cannot be keys.
 */
export function encodeKey(value: AttributeValue): Uint8Array {
  if ("S" in value) return Buffer.from(value.S, "utf8");
  if ("N" in value) return encodeNumber(parseDecimal(value.N));
  if ("B" in value) return value.B;
  throw requestInvalid("A key is a string, a number or binary");
}

/** Unsigned byte order; negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

// The first byte: which side of zero.
const below = 0;
const atZero = 1;
const above = 2;
/** Brings the exponents -130 to 125 to 0 to 255. */
const exponentBias = 130;
/** Ends a negative number: greater than every inverted pair, because -1.2 comes after -1.23. */
const endOfNegative = 255;

/** Side of zero, exponent, then two digits a byte (1 to 100); below zero all but the first byte is inverted. */
function encodeNumber({ sign, digits, exponent }: Decimal): Uint8Array {
  if (sign === 0) return Uint8Array.of(atZero);
  const pairs = Math.ceil(digits.length / 2);
  const bytes = new Uint8Array(2 + pairs + (sign < 0 ? 1 : 0));
  bytes[0] = sign < 0 ? below : above;
  bytes[1] = invertIf(sign < 0, exponent + exponentBias);
  for (let pair = 0; pair < pairs; pair += 1) {
    bytes[2 + pair] = invertIf(sign < 0, Number(digits.slice(pair * 2, pair * 2 + 2).padEnd(2, "0")) + 1);
  }
  if (sign < 0) bytes[2 + pairs] = endOfNegative;
  return bytes;
}

function invertIf(condition: boolean, byte: number): number {
  return condition ? 255 - byte : byte;
}
