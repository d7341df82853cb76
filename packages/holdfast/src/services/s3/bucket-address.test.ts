import { expect, test } from "vitest";

import { bucketOfWebsite } from "../../model/bucket-hosts.ts";
import { readBucketAddress } from "./bucket-address.ts";

test.each([
  ["s3.eu-west-1.amazonaws.com", "/", {}],
  ["s3.amazonaws.com", "/b", { bucket: "b" }],
  ["s3.amazonaws.com", "/b/", { bucket: "b" }],
  ["localhost", "/b/k?x=/y", { bucket: "b", key: "k" }],
  ["127.0.0.1", "/b//k/%2F%20+%C3%BC", { bucket: "b", key: "/k// +ü" }],
  ["b.s3.amazonaws.com", "/", { bucket: "b" }],
  ["b.s3.eu-west-1.amazonaws.com", "/a/b", { bucket: "b", key: "a/b" }],
  ["b.c.s3.eu-west-1.amazonaws.com", "//a", { bucket: "b.c", key: "/a" }],
  ["b.s3-us-gov-west-1.amazonaws.com", "/a", { bucket: "b", key: "a" }],
  ["b.s3.dualstack.eu-west-1.amazonaws.com", "/a", { bucket: "b", key: "a" }],
  ["b.s3-accelerate.amazonaws.com", "/a", { bucket: "b", key: "a" }],
  ["s3-eu-west-1.amazonaws.com", "/b/a", { bucket: "b", key: "a" }],
  ["b.localhost", "/a", { bucket: "b", key: "a" }],
  ["b.s3.localhost", "/a", { bucket: "b", key: "a" }],
  ["s3.localhost", "/b/a", { bucket: "b", key: "a" }],
])("%s%s", (host, target, address) => {
  expect(readBucketAddress(host, target)).toEqual(address);
});

test("refuses a path that is not encoded", () => {
  expect(() => readBucketAddress("localhost", "/b/%zz")).toThrow(
    expect.objectContaining({ code: "InvalidURI" }),
  );
});

test("web sites have hosts of their own", () => {
  expect(bucketOfWebsite("b.s3-website-eu-west-1.amazonaws.com")).toBe("b");
  expect(bucketOfWebsite("b.s3-website.eu-central-1.amazonaws.com")).toBe("b");
  expect(bucketOfWebsite("b.s3.eu-central-1.amazonaws.com")).toBeUndefined();
});
