/** What a close code says, in a few words. The table follows RFC 6455, 7.4, and IANA's registry. */
export function describeCloseCode(code: number): string {
  const known = closeCodeWords.get(code);
  if (known !== undefined) return known;
  if (code >= 3000 && code <= 3999) return "library";
  if (code >= 4000 && code <= 4999) return "application";
  return "unknown";
}

/** `1001 (going away), "Idle"`: code, words and, where there is one, the reason. */
export function describeClose(code: number, reason: string): string {
  const quoted = reason === "" ? "" : `, ${JSON.stringify(reason)}`;
  return `${code} (${describeCloseCode(code)})${quoted}`;
}

/** A close that is no failure. 1005 is a close frame without a code, which is how many servers say goodbye. */
export function isNormalClose(code: number): boolean {
  return code === 1000 || code === 1001 || code === 1005;
}

/** Codes that an endpoint may put in a close frame. The others are reserved for what a library tells its user. */
export function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
  );
}

/** A control frame holds 125 bytes, two of which are the code (RFC 6455, 5.5). */
export const maxCloseReasonBytes = 123;

const closeCodeWords: ReadonlyMap<number, string> = new Map([
  [1000, "normal"],
  [1001, "going away"],
  [1002, "protocol error"],
  [1003, "kind of data not accepted"],
  [1005, "no code given"],
  [1006, "abnormal: the connection broke without a goodbye"],
  [1007, "data does not fit its type, such as text that is not UTF-8"],
  [1008, "against the server's policy"],
  [1009, "message too big"],
  [1010, "an extension is missing"],
  [1011, "internal error of the server"],
  [1012, "the server restarts"],
  [1013, "the server is overloaded, try again later"],
  [1014, "bad answer from behind a gateway"],
  [1015, "TLS handshake failed"],
]);
