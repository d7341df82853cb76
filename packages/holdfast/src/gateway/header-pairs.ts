import type { HeaderPair } from "../model/gateway-event.ts";

/** Of Node's `rawHeaders`: names and values in turn. */
export function headerPairs(rawHeaders: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  return pairs;
}

/** A header's values, in the order sent. */
export function headerValues(headers: readonly HeaderPair[], lowerCaseName: string): string[] {
  const values: string[] = [];
  for (const [name, value] of headers)
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) values.push(value);
  return values;
}

/** Of a repeated header the last value, as API Gateway has it in its events (captured). */
export function lastHeader(headers: readonly HeaderPair[], lowerCaseName: string): string | undefined {
  return headerValues(headers, lowerCaseName).at(-1);
}
