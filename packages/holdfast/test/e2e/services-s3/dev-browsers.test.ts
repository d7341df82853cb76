import AWS from "aws-sdk";
import { expect, test } from "vitest";

import { ask } from "../services-aws/services-rig.ts";
import { Bucket, credentials, region, startUploads, type UploadsApp } from "./uploads-app.ts";

const connect = ({ endpoint }: UploadsApp, signatureVersion = "v4"): AWS.S3 =>
  new AWS.S3({ endpoint, region, ...credentials, s3ForcePathStyle: true, signatureVersion });

const page = "http://localhost:5173";
const evil = "https://evil.example";

test("a bucket's web site is at a name that browsers bring here, and outputs say it", async () => {
  const app = await startUploads("default");
  const files = { "index.html": "<h1>Home</h1>", "404.html": "<h1>None</h1>", "docs/index.html": "Docs" };
  for (const [Key, Body] of Object.entries(files))
    await connect(app).putObject({ Bucket: "our-site", Key, Body, ContentType: "text/html" }).promise();
  const { port } = new URL(app.endpoint);
  const host = `our-site.s3-website.localhost:${port}`;
  expect(app.ready.outputs).toMatchObject([{ name: "SiteUrl", value: `http://${host}` }]);
  const visit = async (target: string, headers: Record<string, string> = { host }) => {
    const { status, body } = await ask(app.endpoint, { target, headers });
    return [status, body];
  };
  expect(await visit("/")).toEqual([200, files["index.html"]]);
  expect(await visit("/docs/")).toEqual([200, "Docs"]);
  expect((await visit("/docs"))[0]).toBe(302);
  expect(await visit("/none")).toEqual([404, files["404.html"]]);
  // Who follows a link of another site is its visitor, too.
  expect(await visit("/", { host, "sec-fetch-site": "cross-site" })).toEqual([200, files["index.html"]]);
  const onAws = { host: "our-site.s3-website-us-east-1.amazonaws.com" };
  expect(await visit("/", onAws)).toEqual([200, files["index.html"]]);
  const others = { host: `my.uploads.s3-website.localhost:${port}` };
  expect((await visit("/", others))[0]).toBe(404);
  expect(
    (await ask(app.endpoint, { method: "DELETE", target: "/index.html", headers: { host } })).status,
  ).toBe(405);
});

test("a page sends what was signed in advance, as far as the bucket's rules let it", async () => {
  const app = await startUploads("strict");
  for (const version of ["v2", "v4"]) {
    const url = await connect(app, version).getSignedUrlPromise("putObject", { Bucket, Key: version });
    const { pathname, search, host } = new URL(url);
    const target = pathname + search;
    const preflight = (method: string) =>
      ask(app.endpoint, {
        method: "OPTIONS",
        target,
        headers: {
          host,
          origin: evil,
          "access-control-request-method": method,
          "access-control-request-headers": "content-type",
        },
      });
    expect(await preflight("PUT")).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" },
    });
    expect((await preflight("DELETE")).status).toBe(403);
    const put = await ask(app.endpoint, {
      method: "PUT",
      target,
      headers: { host, origin: evil },
      body: "x",
    });
    expect(put).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": "*", "access-control-expose-headers": "ETag" },
    });
  }
});

test.each(["default", "strict"] as const)(
  "what a function signs in advance is done for it, as far as its role goes: %s",
  async (mode) => {
    const app = await startUploads(mode);
    const object = { Bucket, Key: "a" };
    await connect(app)
      .putObject({ ...object, Body: "hello" })
      .promise();
    const lambda = new AWS.Lambda({ endpoint: app.endpoint, region, ...credentials });
    const { Payload } = await lambda
      .invoke({ FunctionName: "Sign", Payload: JSON.stringify(object) })
      .promise();
    const urls = JSON.parse(Buffer.from(Payload as Uint8Array).toString()) as { put: string; get: string };
    const send = (method: string, url: string) => {
      const { pathname, search, host } = new URL(url);
      return ask(app.endpoint, { method, target: pathname + search, headers: { host } });
    };
    expect(await send("GET", urls.get)).toMatchObject({ status: 200, body: "hello" });
    expect(await send("PUT", urls.put)).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>AccessDenied</Code>"),
    });
  },
);

test("where signatures are not checked, only pages of this machine may send what was signed", async () => {
  const app = await startUploads("default");
  const url = await connect(app).getSignedUrlPromise("putObject", { Bucket, Key: "a" });
  const { pathname, search, host } = new URL(url);
  const put = async (headers: Record<string, string>) =>
    (await ask(app.endpoint, { method: "PUT", target: pathname + search, headers, body: "x" })).status;
  expect(await put({ host, origin: page })).toBe(200);
  expect(await put({ host, origin: evil })).toBe(403);
  expect(await put({ host, origin: "null" })).toBe(403);
  expect(await put({ host, "sec-fetch-site": "cross-site" })).toBe(403);
});

test("a body that is too large is refused in S3's words", async () => {
  const app = await startUploads("default");
  const scope = `${credentials.accessKeyId}/20260101/${region}/s3/aws4_request`;
  const headers = {
    "x-amz-date": "20260101T000000Z",
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    "content-length": String(66 * 1024 * 1024 + 1),
  };
  const answer = await ask(app.endpoint, {
    method: "PUT",
    target: "/my.uploads/a",
    headers,
    body: "its begin",
  });
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("<Code>EntityTooLarge</Code>") });
});
