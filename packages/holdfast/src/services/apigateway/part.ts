import { createHash } from "node:crypto";

/** Members as the API reference names them. */
export type Part = Readonly<Record<string, unknown>>;

/** Where on AWS the APIs are said to be. */
export interface ApiSurroundings {
  readonly region: string;
  readonly accountId: string;
  /** Of APIs that name none. */
  readonly stage: string;
  /** ISO 8601. */
  readonly deployedAt: string;
  /** Host and port of an API on this machine; AWS's name for it where there is none. */
  readonly authorityOf: (apiId: string) => string | undefined;
}

const idLength = 7;

/** Seven small letters and digits, as API Gateway's are, and the same each time. */
export function partId(api: string, kind: string, name: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([api, kind, name]))
    .digest("hex");
  return BigInt(`0x${digest}`).toString(36).padStart(idLength, "0").slice(-idLength);
}
