import S3 from "aws-sdk/clients/s3.js";
import { describe, expect, it } from "vitest";
import { isPresignedV2With, parsePresignedV2 } from "./presigned-v2.ts";
import type { SignedRequest } from "./signed-request.ts";

const endpoint = "http://localhost:3333";
const secretAccessKey = "secret";

function sign(operation: string, params: object, options: object = {}): URL {
  const client = new S3({
    endpoint,
    region: "eu-west-1",
    accessKeyId: "AKIAEXAMPLE",
    secretAccessKey,
    signatureVersion: "v2",
    s3ForcePathStyle: true,
    ...options,
  });
  return new URL(client.getSignedUrl(operation, { Bucket: "files", Key: "a b/ü.txt", ...params }));
}

function isTaken(
  url: URL,
  method: string,
  secret = secretAccessKey,
  headers: [string, string][] = [],
): boolean {
  const request: SignedRequest = {
    method,
    target: url.pathname + url.search,
    headers: [["Host", url.host], ...headers],
    body: new Uint8Array(),
  };
  const signed = parsePresignedV2(request);
  return signed !== undefined && isPresignedV2With(secret, signed, request, url.hostname);
}

describe("a URL signed in advance by version 2", () => {
  it("is that of who signed it, with its method and what it names", () => {
    const url = sign("getObject", { ResponseContentType: "text/plain; charset=x", VersionId: "null" });
    expect(parsePresignedV2({ target: url.pathname + url.search })).toMatchObject({
      accessKeyId: "AKIAEXAMPLE",
    });
    expect(isTaken(url, "GET")).toBe(true);
    expect(isTaken(url, "PUT")).toBe(false);
    expect(isTaken(url, "GET", "other")).toBe(false);
    const other = new URL(url);
    other.pathname = "/files/other";
    expect(isTaken(other, "GET")).toBe(false);
    const wider = new URL(url);
    wider.searchParams.set("response-content-type", "text/html");
    expect(isTaken(wider, "GET")).toBe(false);
  });

  it("may have the bucket in its host's name", () => {
    const url = sign("getObject", {}, { endpoint: undefined, s3ForcePathStyle: false });
    expect(url.hostname).toMatch(/^files\.s3[.-]eu-west-1\.amazonaws\.com$/);
    expect(isTaken(url, "GET")).toBe(true);
  });

  it("holds the headers that were signed, and a session's token", () => {
    const params = { ContentType: "text/plain", Metadata: { colour: "red" } };
    const url = sign("putObject", params, { sessionToken: "token/+=" });
    expect(parsePresignedV2({ target: url.search })).toMatchObject({ sessionToken: "token/+=" });
    expect(isTaken(url, "PUT")).toBe(true);
    expect(isTaken(url, "PUT", secretAccessKey, [["Content-Type", "text/plain"]])).toBe(true);
    expect(isTaken(url, "PUT", secretAccessKey, [["Content-Type", "text/html"]])).toBe(false);
  });

  it.each([
    "",
    "?AWSAccessKeyId=a",
    "?AWSAccessKeyId=a&Signature=b",
    "?AWSAccessKeyId=a&Signature=b&Expires=soon",
  ])("is not %s", (search) => {
    expect(parsePresignedV2({ target: `/files/a${search}` })).toBeUndefined();
  });
});
