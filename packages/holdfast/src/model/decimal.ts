import { maximumNumberDigits, maximumNumberExponent, minimumNumberExponent } from "./table-limits.ts";
import { requestInvalid } from "./table-request-error.ts";

/**
 * DynamoDB's number: `sign` × d.ddd × 10^`exponent`, where `digits` are the significant ones, at most 38, without
 * zeros at either end. Zero has sign 0, no digits and exponent 0.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly exponent: number;
}

const zero: Decimal = { sign: 0, digits: "", exponent: 0 };
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const plainInteger = /^(?:0|-?[1-9]\d{0,37})$/;

/**
 * Reads a number as DynamoDB does: `3`, `-7.12`, `.5`, `+1e+5`, `0e1000`; no blanks, `NaN` or `Infinity`.
 * Throws `TABLE_REQUEST_INVALID` on other text, on more than 38 significant digits and outside 1e-130 to 9.99…e125.
 */
export function parseDecimal(text: string): Decimal {
  const match = typeof text === "string" ? pattern.exec(text) : null;
  const whole = match?.[2] ?? "";
  const digits = whole + (match?.[3] ?? "");
  if (match === null || digits === "") {
    throw requestInvalid(`Not a number: ${JSON.stringify(String(text).slice(0, 60))}`);
  }
  return toDecimal(match[1] === "-" ? -1 : 1, digits, whole.length - 1 + Number(match[4] ?? 0));
}

/** Plain decimal text without an exponent, as DynamoDB returns numbers. */
export function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (sign === 0) return "0";
  return (sign < 0 ? "-" : "") + formatMagnitude(digits, exponent);
}

function formatMagnitude(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (exponent >= digits.length - 1) return digits.padEnd(exponent + 1, "0");
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** The one text that stands for this number: `1.0`, `1e0` and `+1` all become `1`. Throws as `parseDecimal` does. */
export function normaliseNumber(text: string): string {
  if (typeof text === "string" && plainInteger.test(text)) return text;
  return formatDecimal(parseDecimal(text));
}

/** Negative, zero or positive, by value. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.exponent !== right.exponent) return left.sign * (left.exponent - right.exponent);
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -left.sign : left.sign;
}

/** Throws `TABLE_REQUEST_INVALID` when the sum has more than 38 significant digits or leaves the range. */
export function addNumbers(a: string, b: string): string {
  return formatDecimal(addDecimals(parseDecimal(a), parseDecimal(b)));
}

/** Throws as `addNumbers` does. */
export function subtractNumbers(a: string, b: string): string {
  const right = parseDecimal(b);
  const negated: Decimal = { ...right, sign: right.sign === 1 ? -1 : right.sign === -1 ? 1 : 0 };
  return formatDecimal(addDecimals(parseDecimal(a), negated));
}

function addDecimals(left: Decimal, right: Decimal): Decimal {
  const scale = Math.min(lastExponent(left), lastExponent(right));
  const sum = toInteger(left, scale) + toInteger(right, scale);
  const digits = String(sum < 0n ? -sum : sum);
  return toDecimal(sum < 0n ? -1 : 1, digits, digits.length - 1 + scale);
}

/** The exponent of the last significant digit. */
function lastExponent({ digits, exponent }: Decimal): number {
  return exponent - Math.max(digits.length - 1, 0);
}

/** The number divided by 10^`scale`, which makes it whole. */
function toInteger(decimal: Decimal, scale: number): bigint {
  if (decimal.sign === 0) return 0n;
  return BigInt(decimal.sign) * BigInt(decimal.digits) * 10n ** BigInt(lastExponent(decimal) - scale);
}

/** `exponent` is that of the first of `digits`, which may have zeros at both ends. */
function toDecimal(sign: -1 | 1, digits: string, exponent: number): Decimal {
  let start = 0;
  while (digits[start] === "0") start += 1;
  if (start === digits.length) return zero;
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  const decimal: Decimal = { sign, digits: digits.slice(start, end), exponent: exponent - start };
  checkRange(decimal);
  return decimal;
}

function checkRange({ digits, exponent }: Decimal): void {
  if (exponent > maximumNumberExponent) throw requestInvalid("A number is larger than 9.99…e125");
  if (exponent < minimumNumberExponent) throw requestInvalid("A number is closer to zero than 1e-130");
  if (digits.length > maximumNumberDigits) {
    throw requestInvalid(
      `A number has ${digits.length} significant digits; ${maximumNumberDigits} are allowed`,
    );
  }
}
