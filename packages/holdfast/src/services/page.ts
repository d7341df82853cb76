/** A part of a list, and the token that the next part is asked for with. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly token?: string;
}

/**
 * At most `limit` of what comes behind the token's place. `items` are in the order of their keys, by UTF-16 units, and a
 * token is the last key that was given out: what comes and goes meanwhile moves nothing. Undefined for a token that is
 * none of these.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, token }: { readonly limit: number; readonly token: string | undefined },
): Page<T> | undefined {
  const after = token === undefined ? undefined : readToken(token);
  if (token !== undefined && after === undefined) return undefined;
  const left = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const taken = left.slice(0, limit);
  const last = taken.at(-1);
  return last === undefined || left.length === taken.length
    ? { items: taken }
    : { items: taken, token: Buffer.from(`${tokenMark}${keyOf(last)}`).toString("base64url") };
}

const tokenMark = "after:";

function readToken(token: string): string | undefined {
  const text = Buffer.from(token, "base64url").toString();
  return text.startsWith(tokenMark) ? text.slice(tokenMark.length) : undefined;
}

/** In the order that `pageOf` wants. */
export function sortByKey<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items.toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return one === other ? 0 : one < other ? -1 : 1;
  });
}
