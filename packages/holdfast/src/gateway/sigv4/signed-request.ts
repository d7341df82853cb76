import type { HeaderPair } from "../../model/gateway-event.ts";
import { reencodeUri } from "./uri-encoding.ts";

/** A request as it was on the wire, before anybody tidied it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Uint8Array;
}

/** A query's parameter, name and value in AWS's encoding. */
export type QueryPair = readonly [name: string, value: string];

export function splitRequestTarget(target: string): { readonly path: string; readonly search: string } {
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, search: "" }
    : { path: target.slice(0, mark), search: target.slice(mark + 1) };
}

/** In the order sent. A parameter without `=` has an empty value. */
export function readQuery(search: string): QueryPair[] {
  if (search === "") return [];
  const pairs: QueryPair[] = [];
  for (const part of search.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals === -1) pairs.push([reencodeUri(part), ""]);
    else pairs.push([reencodeUri(part.slice(0, equals)), reencodeUri(part.slice(equals + 1))]);
  }
  return pairs;
}

/** The header's values, in the order sent. */
export function headerValues(headers: readonly HeaderPair[], lowerCaseName: string): string[] {
  const values: string[] = [];
  for (const [name, value] of headers)
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) values.push(value);
  return values;
}
