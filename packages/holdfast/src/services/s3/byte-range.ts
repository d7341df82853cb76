import type { ByteRange } from "../../ports/bucket-store.ts";
import { s3Error } from "./s3-error.ts";

/**
 * The bytes that a `Range` header asks for. Undefined where it asks for all: what is no range, or several, which S3 does
 * not take, is left out of account. Throws `InvalidRange` for what begins behind the end.
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const { first = "", last = "" } = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header ?? "")?.groups ?? {};
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Number(last) + 1;
  if (end < from + 1 && first !== "" && last !== "") return undefined;
  const to = Math.min(end, sizeBytes);
  if (from < to) return { from, to };
  throw s3Error("InvalidRange", { RangeRequested: header ?? "", ActualObjectSize: sizeBytes });
}
