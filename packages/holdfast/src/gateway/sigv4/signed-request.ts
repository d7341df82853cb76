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
