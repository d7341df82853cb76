/** The parts of an `Authorization` header: its first word, and `Name=value` pairs behind it. */
export interface AuthorizationParts {
  readonly algorithm: string;
  readonly pairs: ReadonlyMap<string, string>;
  /** The first part that is no pair. */
  readonly stray?: string;
}

/**
 * Takes pairs in any order, parted by commas, spaces or both, as AWS does (its refusals, which users have posted, show
 * that it parts at either). The first of two pairs of one name counts.
 */
export function splitAuthorization(header: string): AuthorizationParts {
  const pairs = new Map<string, string>();
  let algorithm: string | undefined;
  let stray: string | undefined;
  let start = -1;
  for (let at = 0; at <= header.length; at += 1) {
    if (at < header.length && !isSeparator(header.charCodeAt(at))) {
      if (start === -1) start = at;
      continue;
    }
    if (start === -1) continue;
    const part = header.slice(start, at);
    start = -1;
    if (algorithm === undefined) {
      algorithm = part;
      continue;
    }
    const equals = part.indexOf("=");
    if (equals < 1) stray ??= part;
    else {
      const name = part.slice(0, equals);
      if (!pairs.has(name)) pairs.set(name, part.slice(equals + 1));
    }
  }
  return { algorithm: algorithm ?? "", pairs, ...(stray !== undefined && { stray }) };
}

function isSeparator(code: number): boolean {
  return code === 0x2c || code === 0x20 || code === 0x09;
}
