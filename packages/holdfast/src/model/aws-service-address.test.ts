import { describe, expect, it } from "vitest";
import { readServiceAddress, readServiceHost } from "./aws-service-address.ts";

const scope = (service: string) => `AKID/20260101/eu-west-1/${service}/aws4_request`;
const header = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=${scope(service)}, SignedHeaders=host, Signature=00`;

describe("readServiceHost", () => {
  it.each([
    ["sts.amazonaws.com", "sts", "us-east-1"],
    ["sts.eu-west-1.amazonaws.com", "sts", "eu-west-1"],
    ["dynamodb.us-gov-west-1.amazonaws.com", "dynamodb", "us-gov-west-1"],
    ["streams.dynamodb.eu-west-1.amazonaws.com", "dynamodb", "eu-west-1"],
    ["123456789012.ddb.eu-west-1.amazonaws.com", "dynamodb", "eu-west-1"],
    ["dynamodb-fips.us-east-2.amazonaws.com", "dynamodb", "us-east-2"],
    ["dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb", "cn-north-1"],
    ["s3.amazonaws.com", "s3", "us-east-1"],
    ["bucket.s3.amazonaws.com", "s3", "us-east-1"],
    ["my.bucket.s3.eu-west-1.amazonaws.com", "s3", "eu-west-1"],
    ["bucket.s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"],
    ["bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"],
    ["site.s3-website-eu-west-1.amazonaws.com", "s3", "eu-west-1"],
    ["my.site.s3-website.eu-central-1.amazonaws.com", "s3", "eu-central-1"],
    ["queue.amazonaws.com", "sqs", "us-east-1"],
    ["eu-west-1.queue.amazonaws.com", "sqs", "eu-west-1"],
    ["email.eu-west-1.amazonaws.com", "ses", "eu-west-1"],
  ])("reads %s", (name, service, region) => {
    expect(readServiceHost(name)).toEqual({ service, region });
  });

  it.each(["us-east-1.amazonaws.com", ".amazonaws.com"])("finds no service in %s", (name) => {
    expect(readServiceHost(name)).toBeUndefined();
  });
});

describe("readServiceAddress", () => {
  it("goes by the signature, in the header or in a presigned query, on any host", () => {
    const found = { service: "ssm", region: "eu-west-1" };
    expect(readServiceAddress({ host: "localhost", target: "/", authorization: header("ssm") })).toEqual(
      found,
    );
    const target = `/?a=b&X-Amz-Credential=${encodeURIComponent(scope("ssm"))}&X-Amz-Signature=00`;
    expect(readServiceAddress({ host: "localhost", target })).toEqual(found);
    expect(
      readServiceAddress({ host: "sts.amazonaws.com", target: "/", authorization: header("ssm") }),
    ).toEqual(found);
  });

  it("finds S3 where a URL was signed in advance by version 2, and where a web site is on this machine", () => {
    const found = { service: "s3", region: "us-east-1" };
    const target = "/b/k?AWSAccessKeyId=a&Signature=b&Expires=1";
    expect(readServiceAddress({ host: "localhost", target })).toEqual(found);
    expect(readServiceAddress({ host: "b.s3.eu-west-1.amazonaws.com", target })).toEqual({
      service: "s3",
      region: "eu-west-1",
    });
    expect(readServiceAddress({ host: "site.s3-website.localhost", target: "/" })).toEqual(found);
    expect(readServiceAddress({ host: "localhost", target: `${target}&Action=ListQueues` })).toBeUndefined();
  });

  it("goes by AWS's name where nothing is signed", () => {
    const found = { service: "sts", region: "us-east-1" };
    expect(readServiceAddress({ host: "sts.amazonaws.com", target: "/" })).toEqual(found);
  });

  it.each([
    ["a request of @connections", { host: "localhost", authorization: header("execute-api") }],
    [
      "an API's name, whatever is signed",
      { host: "abc.execute-api.eu-west-1.amazonaws.com", authorization: header("ssm") },
    ],
    ["a plain request", { host: "localhost" }],
    [
      "another kind of authorization",
      { host: "localhost", authorization: "Bearer Credential=a/b/c/d/aws4_request" },
    ],
    ["a scope that is none", { host: "localhost", authorization: header("s/x") }],
  ])("takes %s for none", (_what, request) => {
    expect(readServiceAddress({ target: "/", ...request })).toBeUndefined();
  });
});
