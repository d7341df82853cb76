import { STATUS_CODES } from "node:http";

/** What others choose is a label only as one of a few values. */

const methods: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

/** HTTP's usual methods, or `other`. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && methods.has(method) ? method : "other";
}

/** A status that has a name, such as `404`, or its class, such as `4xx`. */
export function statusLabel(status: number): string {
  return STATUS_CODES[status] === undefined ? `${Math.floor(status / 100)}xx` : String(status);
}

/** A close code of RFC 6455's, such as `1000`, or the range that it is in: `3xxx`, `4xxx`, or `other`. */
export function closeCodeLabel(code: number): string {
  if (code >= 1000 && code <= 1015) return String(code);
  if (code >= 3000 && code < 5000) return `${Math.floor(code / 1000)}xxx`;
  return "other";
}
