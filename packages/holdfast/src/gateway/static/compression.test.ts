import { expect, test } from "vitest";
import { chooseEncoding } from "./compression.ts";

test.each([
  [undefined, undefined],
  ["", undefined],
  ["gzip", "gzip"],
  ["br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP", "gzip"],
  ["gzip;q=1, br;q=0.5", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0,gzip;q=0.000", undefined],
  ["*", "br"],
  ["*;q=0", undefined],
  ["gzip;q=0, *", "br"],
  ["identity", undefined],
  ["identity;q=1, gzip;q=0.5", undefined],
  ["identity;q=0, gzip ; q=0.5", "gzip"],
  ["deflate, zstd", undefined],
  ["gzip;q=nonsense", undefined],
])("Accept-Encoding %j chooses %s", (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});
