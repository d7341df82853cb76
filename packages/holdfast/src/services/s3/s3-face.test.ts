import { expect, test } from "vitest";

import { ManualClock } from "../../base/clock.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import type { BucketStore, ListRequest, ObjectFacts, ObjectPage } from "../../ports/bucket-store.ts";
import { createS3Face } from "./s3-face.ts";

const nowMs = Date.UTC(2026, 0, 1, 12);

/** What a face is asked when only looking at objects: those that it is given. */
function storeOf(objects: Readonly<Record<string, Partial<ObjectFacts>>>): BucketStore {
  const facts = Object.entries(objects).map(([key, more]) => ({
    key,
    sizeBytes: 4,
    contentType: "text/plain",
    etag: "1cb251ec0d568de6a929b520c4aed8d1",
    modifiedAtMs: nowMs + 1,
    ...more,
  }));
  const find = (key: string) => facts.find((one) => one.key === key);
  return {
    head: async (_: string, key: string) => find(key),
    get: async (_: string, key: string) => {
      const found = find(key);
      return found && { ...found, bytes: Buffer.from("text") };
    },
    list: async (_: string, { prefix = "", after = "" }: ListRequest): Promise<ObjectPage> => ({
      objects: facts.filter(({ key }) => key.startsWith(prefix) && key > after),
    }),
  } as unknown as BucketStore;
}

function ask(
  target: string,
  options: Partial<AwsServiceRequest> & { readonly store?: BucketStore } = {},
): Promise<AwsServiceAnswer> {
  const { store = storeOf({}), ...request } = options;
  const model = { buckets: [{ name: "b", notifications: [], retain: false }] } as unknown as AppModel;
  const face = createS3Face({
    buckets: store,
    model: () => model,
    accountId: "000000000000",
    clock: new ManualClock(nowMs),
    cors: () => [
      {
        allowedOrigins: ["https://*.example.com"],
        allowedMethods: ["GET", "PUT"],
        allowedHeaders: ["content-*"],
        exposedHeaders: ["ETag"],
        maxAgeSeconds: 60,
      },
    ],
    website: () => ({ indexDocument: "index.html", errorDocument: "error.html" }),
  });
  return face.answer({
    service: "s3",
    region: "eu-west-1",
    method: "GET",
    host: "localhost",
    target,
    headers: {},
    body: new Uint8Array(),
    requestId: "R1",
    caller: {},
    ...request,
  });
}

const codeOf = ({ body }: AwsServiceAnswer): string => /<Code>(.*)<\/Code>/.exec(String(body))?.[1] ?? "";

test("an error is S3's XML, with what it is about and the request's ids", async () => {
  expect(await ask("/b/a%20%26")).toEqual({
    status: 404,
    headers: { "content-type": "application/xml", "x-amz-request-id": "R1", "x-amz-id-2": "UjE=" },
    body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  <Code>NoSuchKey</Code>\n  <Message>The specified key does not exist.</Message>\n  <Key>a &amp;</Key>\n  <RequestId>R1</RequestId>\n  <HostId>UjE=</HostId>\n</Error>\n',
  });
});

test("an answer to HEAD has no body, and an object's length all the same", async () => {
  expect(await ask("/b/none", { method: "HEAD" })).toMatchObject({ status: 404, body: "" });
  const store = storeOf({ k: { metadata: { a: "ü" }, tags: { t: "" }, storageClass: "STANDARD" } });
  expect(await ask("/b/k", { method: "HEAD", store })).toEqual({
    status: 200,
    headers: {
      "x-amz-request-id": "R1",
      "x-amz-id-2": "UjE=",
      "last-modified": "Thu, 01 Jan 2026 12:00:00 GMT",
      etag: '"1cb251ec0d568de6a929b520c4aed8d1"',
      "accept-ranges": "bytes",
      "content-type": "text/plain",
      "content-length": "4",
      "x-amz-meta-a": "=?UTF-8?B?w7w=?=",
      "x-amz-tagging-count": "1",
    },
    body: "",
  });
});

test("a reader gets the object when its conditions want it", async () => {
  const store = storeOf({ k: {} });
  const etag = '"1cb251ec0d568de6a929b520c4aed8d1"';
  const at = new Date(nowMs).toUTCString();
  const before = new Date(nowMs - 1000).toUTCString();
  const statusOf = async (headers: Record<string, string>) => (await ask("/b/k", { store, headers })).status;
  expect(await statusOf({ "if-match": etag })).toBe(200);
  expect(await statusOf({ "if-match": '"x", *' })).toBe(200);
  expect(await statusOf({ "if-match": '"x"' })).toBe(412);
  expect(await statusOf({ "if-none-match": etag })).toBe(304);
  expect(await statusOf({ "if-none-match": '"x"', "if-modified-since": at })).toBe(200);
  expect(await statusOf({ "if-modified-since": at })).toBe(304);
  expect(await statusOf({ "if-modified-since": before })).toBe(200);
  expect(await statusOf({ "if-unmodified-since": at })).toBe(200);
  expect(await statusOf({ "if-unmodified-since": before })).toBe(412);
  expect(await statusOf({ "if-unmodified-since": before, "if-match": etag })).toBe(200);
  expect(await statusOf({ "if-modified-since": "nonsense" })).toBe(200);
});

test.each([
  ["GET", "/none", "NoSuchBucket"],
  ["GET", "/b/%zz", "InvalidURI"],
  ["PATCH", "/b", "MethodNotAllowed"],
  ["PATCH", "/b/k", "MethodNotAllowed"],
  ["POST", "/", "MethodNotAllowed"],
  ["PUT", "/b?policy", "NotImplemented"],
  ["DELETE", "/b", "NotImplemented"],
  ["GET", "/b?inventory", "NotImplemented"],
  ["GET", "/b/k?torrent", "NotImplemented"],
  ["GET", "/b/k?versionId=x", "NoSuchVersion"],
  ["GET", "/b?max-keys=x", "InvalidArgument"],
  ["GET", "/b?max-keys=-1", "InvalidArgument"],
  ["GET", "/b?encoding-type=x", "InvalidArgument"],
  ["GET", "/b?list-type=2&continuation-token=x", "InvalidArgument"],
  ["POST", "/b?delete", "MalformedXML"],
  ["PUT", "/b/k?uploadId=x&partNumber=0", "InvalidArgument"],
  ["PUT", `/b/${"x".repeat(1025)}`, "KeyTooLongError"],
])("%s %s is %s", async (method, target, code) => {
  expect(codeOf(await ask(target, { method }))).toBe(code);
});

test("a URL that was signed in advance is good for as long as it says", async () => {
  const store = storeOf({ k: {} });
  const signed = (seconds: number) => `/b/k?X-Amz-Date=20260101T115900Z&X-Amz-Expires=${seconds}`;
  expect((await ask(signed(60), { store })).status).toBe(200);
  expect(codeOf(await ask(signed(59), { store }))).toBe("AccessDenied");
  expect(codeOf(await ask(`/b/k?Signature=x&Expires=${nowMs / 1000 - 1}`, { store }))).toBe("AccessDenied");
});

test.each([
  ["localhost", "localhost:4400", "/b/a%20b", "http://localhost:4400/b/a%20b"],
  ["b.localhost", "b.localhost:4400", "/a%20b", "http://b.localhost:4400/a%20b"],
  ["b.s3.eu-west-1.amazonaws.com", undefined, "/a%20b", "https://b.s3.eu-west-1.amazonaws.com/a%20b"],
])(
  "what was uploaded in parts is said to be where %s was asked",
  async (host, authority, target, location) => {
    const store = {
      getUpload: async () => ({ key: "a b", uploadId: "u", attributes: {}, parts: [] }),
      completeUpload: async () => ({ outcome: "put", facts: { etag: "e" } }),
    } as unknown as BucketStore;
    const { body } = await ask(`${target}?uploadId=u`, {
      method: "POST",
      host,
      headers: authority === undefined ? {} : { host: authority },
      body: Buffer.from(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>",
      ),
      store,
    });
    expect(body).toContain(`<Location>${location}</Location>`);
  },
);

test("what keys have in common is told once, and a page goes on behind it", async () => {
  const store = storeOf({ "a/1": {}, "a/2": {}, b: {}, "c/1": {}, d: {} });
  const walk = async (): Promise<string[]> => {
    const seen: string[] = [];
    for (let token = ""; ;) {
      const text = String((await ask(`/b?list-type=2&delimiter=/&max-keys=1${token}`, { store })).body);
      seen.push(/<(?:Key|Prefix)>(.*)<\//.exec(text)?.[1] ?? "");
      const next = /<NextContinuationToken>(.*)<\//.exec(text)?.[1];
      if (next === undefined) return seen;
      token = `&continuation-token=${encodeURIComponent(next)}`;
    }
  };
  expect(await walk()).toEqual(["a/", "b", "c/", "d"]);
});

test("a web site shows its index and error documents", async () => {
  const host = "b.s3-website-eu-west-1.amazonaws.com";
  const store = storeOf({
    "index.html": {},
    "a/index.html": {},
    "error.html": { etag: "e" },
    moved: { websiteRedirect: "/a/" },
  });
  const show = async (target: string) => {
    const { status, headers } = await ask(target, { host, store });
    return [status, headers.location ?? headers.etag];
  };
  const etag = '"1cb251ec0d568de6a929b520c4aed8d1"';
  expect(await show("/")).toEqual([200, etag]);
  expect(await show("/a/?x=1")).toEqual([200, etag]);
  expect(await show("/a")).toEqual([302, "/a/"]);
  expect(await show("/none")).toEqual([404, '"e"']);
  expect(await show("/moved")).toEqual([301, "/a/"]);
  expect((await ask("/none", { host })).body).toContain("404 NoSuchKey");
  expect((await ask("/", { host, method: "POST" })).status).toBe(405);
});

test("pages of the origins that a bucket allows may send and read", async () => {
  const origin = "https://a.example.com";
  const preflight = (method: string, from: string, names: string) =>
    ask("/b/k", {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": method,
        "access-control-request-headers": names,
      },
    });
  expect(await preflight("PUT", origin, "Content-Type, content-md5")).toMatchObject({
    status: 200,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "content-type, content-md5",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "60",
    },
  });
  expect(codeOf(await preflight("DELETE", origin, ""))).toBe("AccessForbidden");
  expect(codeOf(await preflight("PUT", "https://example.org", ""))).toBe("AccessForbidden");
  expect(codeOf(await preflight("PUT", origin, "x-amz-meta-a"))).toBe("AccessForbidden");
  const none = await ask("/b/k", { headers: { origin } });
  expect([none.status, none.headers["access-control-allow-origin"]]).toEqual([404, origin]);
  const { headers } = await ask("/b/k", { headers: { origin: "https://example.org" } });
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  expect(String((await ask("/b?cors")).body)).toContain("<AllowedMethod>PUT</AllowedMethod>");
});
