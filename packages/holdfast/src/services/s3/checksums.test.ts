import { expect, test } from "vitest";

import { checkSums, combineSums, readChecksumKind } from "./checksums.ts";

const body = Buffer.from("text");
const part = { partNumber: 1, sizeBytes: 4, etag: "", modifiedAtMs: 0 };

test("keeps the sum that came, or computes the one that was asked for", () => {
  const checksum = { algorithm: "CRC32", value: "O4unxw==", of: "object" };
  expect(checkSums({ "x-amz-checksum-crc32": "O4unxw==" }, body)).toEqual(checksum);
  expect(checkSums({ "x-amz-sdk-checksum-algorithm": "CRC32" }, body)).toEqual(checksum);
  expect(checkSums({ "content-md5": "HLJR7A1WjeapKbUgxK7Y0Q==" }, body)).toBeUndefined();
  expect(checkSums({}, body)).toBeUndefined();
});

test("refuses sums that are none, and those of other bytes", () => {
  const refused = [
    [{ "content-md5": "x" }, "InvalidDigest"],
    [{ "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }, "BadDigest"],
    [{ "x-amz-checksum-sha256": "x" }, "InvalidRequest"],
    [{ "x-amz-checksum-sha1": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, "BadDigest"],
    [{ "x-amz-sdk-checksum-algorithm": "CRC7" }, "InvalidRequest"],
  ] as const;
  for (const [headers, code] of refused) {
    expect(() => checkSums(headers, body)).toThrow(expect.objectContaining({ code }));
  }
});

test("the sum of an object in parts is of its bytes, or of its parts' sums", () => {
  const checksum = { algorithm: "CRC32", value: "O4unxw==", of: "object" } as const;
  const parts = [
    { ...part, checksum },
    { ...part, checksum },
  ];
  const whole = checkSums({ "x-amz-sdk-checksum-algorithm": "CRC32" }, Buffer.from("texttext"));
  expect(combineSums({ algorithm: "CRC32", of: "object" }, parts)).toEqual(whole);
  expect(combineSums({ algorithm: "CRC32", of: "parts" }, parts)?.value).toMatch(/^[\w+/]{6}==-2$/);
  expect(combineSums({ algorithm: "SHA1", of: "parts" }, parts)).toBeUndefined();
});

test("knows which sums can be of what", () => {
  const read = (algorithm: string, type?: string) =>
    readChecksumKind({
      "x-amz-checksum-algorithm": algorithm,
      ...(type !== undefined && { "x-amz-checksum-type": type }),
    });
  expect(read("CRC32")).toEqual({ algorithm: "CRC32", of: "parts" });
  expect(read("CRC64NVME")).toEqual({ algorithm: "CRC64NVME", of: "object" });
  expect(read("CRC32C", "FULL_OBJECT")).toEqual({ algorithm: "CRC32C", of: "object" });
  expect(() => read("SHA256", "FULL_OBJECT")).toThrow(/cannot be used/);
  expect(() => read("CRC64NVME", "COMPOSITE")).toThrow(/cannot be used/);
});
