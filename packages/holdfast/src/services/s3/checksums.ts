import { createHash } from "node:crypto";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import type { ChecksumAlgorithm, ObjectChecksum, PartFacts } from "../../ports/bucket-store.ts";
import { combineCrcs, crc32, crc32c, crc64Nvme, type Crc } from "./crc.ts";
import { s3Error } from "./s3-error.ts";

type Headers = AwsServiceRequest["headers"];

const crcs: Readonly<Partial<Record<ChecksumAlgorithm, Crc>>> = {
  CRC32: crc32,
  CRC32C: crc32c,
  CRC64NVME: crc64Nvme,
};
const sumBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};
const algorithms = Object.keys(sumBytes) as ChecksumAlgorithm[];

/**
 * Holds a body against the sums that came with it, and returns the one to keep: the one that came, or one that was asked
 * for without being given. Throws `BadDigest`, `InvalidDigest` or `InvalidRequest`.
 */
export function checkSums(headers: Headers, body: Uint8Array): ObjectChecksum | undefined {
  checkMd5(headers["content-md5"], body);
  const given = algorithms.filter((algorithm) => headers[headerOf(algorithm)] !== undefined);
  for (const algorithm of given) checkSum(algorithm, headers[headerOf(algorithm)] ?? "", body);
  const algorithm = given[0] ?? readAlgorithm(headers["x-amz-sdk-checksum-algorithm"]);
  return algorithm && { algorithm, value: sumOf(algorithm, body), of: "object" };
}

/** Of a header of that kind; undefined without it. Throws `InvalidRequest`. */
export function readAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  if (text === undefined) return undefined;
  const algorithm = algorithms.find((one) => one === text.toUpperCase());
  // That of the body's signature, which some clients name here.
  if (algorithm !== undefined || text.toUpperCase() === "MD5") return algorithm;
  throw s3Error(
    "InvalidRequest",
    {},
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  );
}

/** The headers of an answer that tell a sum. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Headers {
  if (checksum === undefined) return {};
  return {
    [headerOf(checksum.algorithm)]: checksum.value,
    "x-amz-checksum-type": checksumTypes[checksum.of],
  };
}

/** The elements of an answer that tell a sum. */
export function checksumElements(checksum: ObjectChecksum | undefined): Readonly<Record<string, string>> {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value };
}

export const checksumTypes = { object: "FULL_OBJECT", parts: "COMPOSITE" } as const;

/** How the parts' sums become the object's, unless it is said: CRC64NVME has only one way (documented). */
export function readChecksumKind(
  headers: Headers,
): { readonly algorithm: ChecksumAlgorithm; readonly of: ObjectChecksum["of"] } | undefined {
  const algorithm = readAlgorithm(headers["x-amz-checksum-algorithm"]);
  if (algorithm === undefined) return undefined;
  const type = headers["x-amz-checksum-type"] ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible =
    type === "FULL_OBJECT"
      ? crcs[algorithm] !== undefined
      : type === "COMPOSITE" && algorithm !== "CRC64NVME";
  if (isPossible) return { algorithm, of: type === "FULL_OBJECT" ? "object" : "parts" };
  throw s3Error(
    "InvalidRequest",
    {},
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

/** The sum of an object in parts; undefined where a part has none. */
export function combineSums(
  kind: Pick<ObjectChecksum, "algorithm" | "of">,
  parts: readonly PartFacts[],
): ObjectChecksum | undefined {
  const { algorithm, of } = kind;
  const values = parts.map(({ checksum }) =>
    checksum?.algorithm === algorithm ? checksum.value : undefined,
  );
  if (values.includes(undefined)) return undefined;
  const sums = values.map((value) => Buffer.from(value ?? "", "base64"));
  if (of === "parts")
    return { algorithm, of, value: `${sumOf(algorithm, Buffer.concat(sums))}-${parts.length}` };
  const crc = crcs[algorithm];
  if (crc === undefined) return undefined;
  const combined = combineCrcs(
    crc,
    parts.map(({ sizeBytes }, at) => ({ sizeBytes, sum: BigInt(`0x${sums[at]?.toString("hex")}`) })),
  );
  return { algorithm, of, value: encodeCrc(crc, combined) };
}

export function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** In base64. */
export function sumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const crc = crcs[algorithm];
  if (crc !== undefined) return encodeCrc(crc, crc.sum(bytes));
  return createHash(algorithm.toLowerCase()).update(bytes).digest("base64");
}

function encodeCrc({ bits }: Crc, sum: bigint): string {
  return Buffer.from(sum.toString(16).padStart(bits / 4, "0"), "hex").toString("base64");
}

function checkSum(algorithm: ChecksumAlgorithm, given: string, body: Uint8Array): void {
  if (!isBase64(given, sumBytes[algorithm]))
    throw s3Error("InvalidRequest", {}, `Value for ${headerOf(algorithm)} header is invalid.`);
  if (sumOf(algorithm, body) !== given)
    throw s3Error("BadDigest", {}, `The ${algorithm} you specified did not match the calculated checksum.`);
}

function checkMd5(given: string | undefined, body: Uint8Array): void {
  if (given === undefined) return;
  if (!isBase64(given, 16)) throw s3Error("InvalidDigest", { "Content-MD5": given });
  const calculated = createHash("md5").update(body).digest("base64");
  if (calculated !== given)
    throw s3Error("BadDigest", { ExpectedDigest: given, CalculatedDigest: calculated });
}

function isBase64(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === bytes && decoded.toString("base64") === text;
}
