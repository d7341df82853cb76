import { createHash } from "node:crypto";
import { HoldfastError } from "../base/errors.ts";
import {
  maximumStoredObjectBytes,
  maximumUploads,
  minimumPartBytes,
  objectTooLarge,
} from "../model/bucket-limits.ts";
import type {
  CompleteOutcome,
  Completion,
  ObjectCondition,
  ObjectFacts,
  PartFacts,
  UploadFacts,
} from "../ports/bucket-store.ts";
import { compareUtf8 } from "./text-order.ts";

// What every store of buckets decides alike.

/** The parts that an upload is to be completed with, or why it cannot be. Throws `OBJECT_TOO_LARGE`. */
export function chooseParts(
  parts: ReadonlyMap<number, PartFacts>,
  completion: Completion,
): { readonly outcome: "chosen"; readonly parts: readonly PartFacts[] } | CompleteOutcome {
  const chosen: PartFacts[] = [];
  for (const { partNumber, etag } of completion.parts) {
    const part = parts.get(partNumber);
    if (partNumber <= (chosen.at(-1)?.partNumber ?? 0)) return { outcome: "parts-not-in-order" };
    if (part === undefined || part.etag !== etag) return { outcome: "no-part", partNumber };
    chosen.push(part);
  }
  const small = chosen.slice(0, -1).find(({ sizeBytes }) => sizeBytes < minimumPartBytes);
  if (small !== undefined) return { outcome: "part-too-small", part: small };
  checkStoredSize(sizeOf(chosen));
  return { outcome: "chosen", parts: chosen };
}

export function sizeOf(parts: readonly PartFacts[]): number {
  return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Of objects in parts S3's ETag is the MD5 of the parts' MD5s and their number (not documented, but long so). */
export function multipartEtag(parts: readonly PartFacts[]): string {
  const hash = createHash("md5");
  for (const { etag } of parts) hash.update(Buffer.from(etag, "hex"));
  return `${hash.digest("hex")}-${parts.length}`;
}

export function checkStoredSize(sizeBytes: number): void {
  if (sizeBytes > maximumStoredObjectBytes) throw objectTooLarge(sizeBytes, maximumStoredObjectBytes);
}

export function checkUploadCount(count: number): void {
  if (count < maximumUploads) return;
  throw new HoldfastError(
    "STORE_OVERLOADED",
    `${count} uploads in parts are under way; ${maximumUploads} are allowed`,
    { hint: "Complete or abort some." },
  );
}

export function compareUploads(a: UploadFacts, b: UploadFacts): number {
  return compareUtf8(a.key, b.key) || a.startedAtMs - b.startedAtMs || compareUtf8(a.uploadId, b.uploadId);
}

export function isMet(condition: ObjectCondition | undefined, found: ObjectFacts | undefined): boolean {
  if (condition === undefined) return true;
  return "isAbsent" in condition ? found === undefined : found?.etag === condition.etag;
}

export function unmet(found: ObjectFacts | undefined): CompleteOutcome & { readonly outcome: "unmet" } {
  return { outcome: "unmet", ...(found !== undefined && { found }) };
}
