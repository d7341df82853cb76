import { HoldfastError } from "../base/errors.ts";
import type { AttributeValue, Item } from "./attribute-value.ts";
import { parseDecimal } from "./decimal.ts";
import { maximumItemBytes } from "./table-limits.ts";

const containerBytes = 3;
const elementBytes = 1;

/**
 * An item's size as DynamoDB counts it (Developer Guide, "Item sizes and formats"): names and text in UTF-8 bytes, a
 * number one byte for two digits and one more (two below zero), lists and maps 3 bytes and 1 for each element.
 */
export function itemSizeBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueSizeBytes(value);
  return bytes;
}

/** The item's size in bytes. Throws `ITEM_TOO_LARGE` above 400 KB. */
export function checkItemSize(item: Item): number {
  const bytes = itemSizeBytes(item);
  if (bytes > maximumItemBytes) {
    throw new HoldfastError("ITEM_TOO_LARGE", `The item has ${bytes} bytes; ${maximumItemBytes} are allowed`);
  }
  return bytes;
}

function valueSizeBytes(value: AttributeValue): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return numberSizeBytes(value.N);
  if ("B" in value) return value.B.byteLength;
  if ("SS" in value) return sum(value.SS, (text) => Buffer.byteLength(text));
  if ("NS" in value) return sum(value.NS, numberSizeBytes);
  if ("BS" in value) return sum(value.BS, (bytes) => bytes.byteLength);
  if ("L" in value) return containerBytes + sum(value.L, (element) => elementBytes + valueSizeBytes(element));
  if ("M" in value)
    return containerBytes + Object.keys(value.M).length * elementBytes + itemSizeBytes(value.M);
  return 1;
}

function numberSizeBytes(text: string): number {
  const { sign, digits } = parseDecimal(text);
  return Math.ceil(digits.length / 2) + (sign < 0 ? 2 : 1);
}

function sum<Member>(members: readonly Member[], sizeBytes: (member: Member) => number): number {
  return members.reduce((bytes, member) => bytes + sizeBytes(member), 0);
}
