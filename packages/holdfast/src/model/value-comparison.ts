import { attributeOf, attributeTypeOf, type AttributeValue } from "./attribute-value.ts";
import { compareNumbers, normaliseNumber } from "./decimal.ts";
import { compareBytes } from "./key-order.ts";

/**
 * Negative, zero or positive; `undefined` when the two have no order: DynamoDB orders two strings (by UTF-8 bytes),
 * two numbers or two binaries, and nothing else.
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("S" in a && "S" in b) return compareText(a.S, b.S);
  if ("N" in a && "N" in b) return compareNumbers(a.N, b.N);
  if ("B" in a && "B" in b) return compareBytes(a.B, b.B);
  return undefined;
}

/** Of one type and the same value; the order of a set's members does not matter, that of a list's does. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (attributeTypeOf(a) !== attributeTypeOf(b)) return false;
  if ("BOOL" in a && "BOOL" in b) return a.BOOL === b.BOOL;
  if ("NULL" in a) return true;
  if ("SS" in a && "SS" in b) return equalMembers(a.SS, b.SS);
  if ("NS" in a && "NS" in b) return equalMembers(a.NS.map(normaliseNumber), b.NS.map(normaliseNumber));
  if ("BS" in a && "BS" in b) return equalMembers(a.BS.map(bytesAsText), b.BS.map(bytesAsText));
  if ("L" in a && "L" in b) return equalLists(a.L, b.L);
  if ("M" in a && "M" in b) return equalAttributes(a.M, b.M);
  return compareValues(a, b) === 0;
}

/** Whether two items, or two maps, hold equal values under the same names. */
export function equalAttributes(
  a: Readonly<Record<string, AttributeValue>>,
  b: Readonly<Record<string, AttributeValue>>,
): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const left = attributeOf(a, name);
    const right = attributeOf(b, name);
    return left !== undefined && right !== undefined && equalValues(left, right);
  });
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((value, position) => {
    const other = b[position];
    return other !== undefined && equalValues(value, other);
  });
}

/** Sets hold no member twice, so as many members, each found, is equality. */
function equalMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(b);
  return a.every((member) => members.has(member));
}

/** One character a byte: equal bytes, equal text. */
export function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** By UTF-8 bytes; JavaScript's own order differs above U+FFFF. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : compareBytes(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
}
