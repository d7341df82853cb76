import fc from "fast-check";
import { expect, test } from "vitest";

import { combineCrcs, crc32, crc32c, crc64Nvme } from "./crc.ts";

const digits = Buffer.from("123456789");

test("sums are those that their definitions give for the digits", () => {
  expect(crc32.sum(digits)).toBe(0xcbf4_3926n);
  expect(crc32c.sum(digits)).toBe(0xe306_9283n);
  expect(crc64Nvme.sum(digits)).toBe(0xae8b_1486_0a79_9888n);
});

test("sums of parts come to the sum of all", () => {
  const property = fc.property(
    fc.array(fc.uint8Array({ maxLength: 70 }), { minLength: 1, maxLength: 6 }),
    (parts) => {
      for (const crc of [crc32, crc32c, crc64Nvme]) {
        const sums = parts.map((bytes) => ({ sum: crc.sum(bytes), sizeBytes: bytes.length }));
        expect(combineCrcs(crc, sums)).toBe(crc.sum(Buffer.concat(parts)));
      }
    },
  );
  expect(() => fc.assert(property, { numRuns: 50 })).not.toThrow();
});
