import { createHash } from "node:crypto";

import { isRecord } from "../../../base/is-record.ts";
import { validationError } from "../dynamodb-error.ts";
import type { ItemJson } from "../item-json.ts";

/** Where the next page of a statement begins, as the text that asks for it. */
export function nextToken(request: string, start: unknown): string {
  return Buffer.from(JSON.stringify({ of: digestOf(request), start })).toString("base64");
}

/** What `nextToken` was made of. Throws for tokens of other statements, and for what is none. */
export function startOfToken(request: string, token: string): ItemJson {
  const read = readToken(token);
  // The words are DynamoDB's.
  if (!isRecord(read) || !isRecord(read.start)) throw validationError("Invalid NextToken");
  if (read.of !== digestOf(request)) throw validationError("NextToken does not match request");
  return read.start;
}

function readToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64").toString()) as unknown;
  } catch {
    return undefined;
  }
}

function digestOf(request: string): string {
  return createHash("sha256").update(request).digest("base64");
}
