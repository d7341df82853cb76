import { HoldfastError } from "../../base/errors.ts";
import { normaliseNumber } from "../../model/decimal.ts";
import { maximumNumberDigits, maximumNumberExponent } from "../../model/table-limits.ts";
import { validationError } from "./dynamodb-error.ts";

/** The one text of the number. Throws DynamoDB's own words for what is none. */
export function readNumberText(text: string): string {
  try {
    return normaliseNumber(text);
  } catch (error) {
    if (error instanceof HoldfastError) throw validationError(faultOf(text));
    throw error;
  }
}

const pattern = /^[+-]?(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d+))?$/;

function faultOf(text: string): string {
  if (text.trim() === "") return "The parameter cannot be converted to a numeric value";
  const { whole = "", fraction = "", exponent = "0" } = pattern.exec(text)?.groups ?? {};
  const digits = whole + fraction;
  if (digits === "") return `The parameter cannot be converted to a numeric value: ${text}`;
  const leadingZeros = /^0*/.exec(digits)?.[0].length ?? 0;
  if (digits.slice(leadingZeros).replace(/0+$/, "").length > maximumNumberDigits)
    return `Attempting to store more than ${maximumNumberDigits} significant digits in a Number`;
  return whole.length - 1 - leadingZeros + Number(exponent) > maximumNumberExponent
    ? "Number overflow. Attempting to store a number with magnitude larger than supported range"
    : "Number underflow. Attempting to store a number with magnitude smaller than supported range";
}
