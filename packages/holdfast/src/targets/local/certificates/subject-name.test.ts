import { describe, expect, it } from "vitest";
import { addressBytes, isPermitted, networkMask, readSubjectName } from "./subject-name.ts";

describe("a subject's name", () => {
  it("is a host name or an address", () => {
    expect(readSubjectName("Bucket.S3.us-east-1.amazonaws.com")).toEqual({
      kind: "dns",
      name: "bucket.s3.us-east-1.amazonaws.com",
    });
    expect(readSubjectName("127.0.0.1")).toEqual({ kind: "address", bytes: Uint8Array.of(127, 0, 0, 1) });
  });

  it.each([
    "",
    ".",
    "a..b",
    "-a.test",
    "*.test",
    "a b",
    "a/b",
    `${"a".repeat(64)}.test`,
    "é.test",
    "a\u0000b",
  ])("is not %j", (text) => {
    expect(readSubjectName(text)).toBeUndefined();
    expect(isPermitted(text)).toBe(false);
  });
});

describe("an address's bytes", () => {
  it.each([
    ["10.1.2.3", "0a010203"],
    ["::1", `${"00".repeat(15)}01`],
    ["fe80::1%eth0", `fe80${"00".repeat(13)}01`],
    ["2001:db8:1:2:3:4:5:6", "20010db8000100020003000400050006"],
    ["::ffff:1.2.3.4", `${"00".repeat(10)}ffff01020304`],
    ["::", "00".repeat(16)],
  ])("of %s are %s", (text, hex) => {
    expect(Buffer.from(addressBytes(text)).toString("hex")).toBe(hex);
  });

  it("have a mask of their length", () => {
    expect(Buffer.from(networkMask(4, 12)).toString("hex")).toBe("fff00000");
    expect(Buffer.from(networkMask(16, 7)).toString("hex")).toBe(`fe${"00".repeat(15)}`);
  });
});

it.each([
  ["localhost", true],
  ["a.b.localhost", true],
  ["b.s3.us-east-1.amazonaws.com", true],
  ["printer.local", true],
  ["192.168.7.7", true],
  ["::1", true],
  ["example.com", false],
  ["notlocalhost", false],
  ["8.8.8.8", false],
  ["2001:db8::1", false],
])("the local authority may vouch for %s: %s", (name, may) => {
  expect(isPermitted(name)).toBe(may);
});
