import { describe, expect, it } from "vitest";
import { hostNameOf, isAwsHost, readExecuteApiHost } from "./aws-hosts.ts";

describe("hostNameOf", () => {
  it.each([
    ["localhost", "localhost"],
    ["localhost:3333", "localhost"],
    ["LocalHost.:3333", "localhost"],
    ["127.0.0.1:80", "127.0.0.1"],
    ["[::1]", "::1"],
    ["[::1]:3333", "::1"],
    ["", ""],
    [":80", ""],
  ])("of %j is %j", (authority, name) => {
    expect(hostNameOf(authority)).toBe(name);
  });
});

describe("isAwsHost", () => {
  it.each([
    ["s3.amazonaws.com", true],
    ["bucket.s3.eu-west-1.amazonaws.com", true],
    ["dynamodb.cn-north-1.amazonaws.com.cn", true],
    ["amazonaws.com", false],
    ["amazonaws.com.example.com", false],
    ["notamazonaws.com", false],
    ["localhost", false],
  ])("says of %s: %s", (name, isAws) => {
    expect(isAwsHost(name)).toBe(isAws);
  });
});

describe("readExecuteApiHost", () => {
  it("reads an API's id and region", () => {
    const read = readExecuteApiHost("a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com");
    expect(read).toEqual({ apiId: "a1b2c3d4e5", region: "eu-central-1" });
    expect(readExecuteApiHost("x.execute-api.cn-north-1.amazonaws.com.cn")?.apiId).toBe("x");
  });

  it.each([
    "execute-api.us-east-1.amazonaws.com",
    "a.b.execute-api.us-east-1.amazonaws.com",
    "a.execute-api.us-east-1.amazonaws.com.example.com",
    "a.execute-api.us-east-1.amazonaws.org",
    "s3.us-east-1.amazonaws.com",
  ])("takes %s for none", (name) => {
    expect(readExecuteApiHost(name)).toBeUndefined();
  });
});
