import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import AWS from "aws-sdk";
import type * as S3 from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { hasBoto3 } from "../../setup/python.ts";
import { load } from "./load-sdk.ts";
import { Bucket, credentials, region, startUploads, type Mode } from "./uploads-app.ts";

const s3 = await load<typeof S3>("@aws-sdk/client-s3");
const storage = await load<{ Upload: new (options: object) => { done(): Promise<unknown> } }>(
  "@aws-sdk/lib-storage",
);
const presigner = await load<{
  getSignedUrl: (client: unknown, command: unknown, options?: object) => Promise<string>;
}>("@aws-sdk/s3-request-presigner");
const isBoto3There = hasBoto3();
if (!isBoto3There) console.warn("Tests with boto3 are skipped: python3 does not have it");

const modes: readonly Mode[] = ["default", "strict"];
const large = Buffer.alloc(12 * 1024 * 1024 + 1, "0123456789");

test.skipIf(s3 === undefined || storage === undefined || presigner === undefined).each(modes)(
  "SDK v3 reaches the app's buckets, and what it uploads in parts is told to a function: %s",
  async (mode) => {
    if (s3 === undefined || storage === undefined || presigner === undefined) return;
    const app = await startUploads(mode);
    const options = { endpoint: app.endpoint, region, forcePathStyle: true };
    const client = new s3.S3Client({ ...options, credentials });
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "in/a b", Body: "small text" }));
    await app.resized("ObjectCreated:Put", "in/a b");
    await new storage.Upload({ client, params: { Bucket, Key: "in/large", Body: large } }).done();
    await app.resized("ObjectCreated:CompleteMultipartUpload", "in/large");
    const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "out/" }));
    expect(Contents.map(({ Key, Size }) => [Key, Size])).toEqual([
      ["out/a b", 4],
      ["out/large", 4],
    ]);
    const put = new s3.PutObjectCommand({ Bucket, Key: "given", Metadata: { by: "v3" } });
    const get = new s3.GetObjectCommand({ Bucket, Key: "given" });
    const answer = await fetch(await presigner.getSignedUrl(client, put), { method: "PUT", body: "a body" });
    expect(answer.status).toBe(200);
    const got = await fetch(await presigner.getSignedUrl(client, get));
    expect([await got.text(), got.headers.get("x-amz-meta-by")]).toEqual(["a body", "v3"]);

    const nameOf = (keys: typeof credentials) =>
      new s3.S3Client({ ...options, credentials: keys, maxAttempts: 1 }).send(get).then(
        () => "no error",
        (error: Error) => error.name,
      );
    expect([
      await nameOf({ ...credentials, secretAccessKey: "wrong" }),
      await nameOf({ ...credentials, accessKeyId: "AKIANOBODY" }),
    ]).toEqual(
      mode === "strict" ? ["SignatureDoesNotMatch", "InvalidAccessKeyId"] : ["no error", "no error"],
    );
  },
);

test.each(modes)("SDK v2 does, with presigned URLs of both versions: %s", async (mode) => {
  const app = await startUploads(mode);
  for (const signatureVersion of ["v2", "v4"]) {
    const connect = (secretAccessKey: string) =>
      new AWS.S3({
        endpoint: app.endpoint,
        region,
        ...credentials,
        secretAccessKey,
        s3ForcePathStyle: true,
        signatureVersion,
        maxRetries: 0,
      });
    const own = { Bucket, Key: `in/${signatureVersion} ü` };
    const client = connect(credentials.secretAccessKey);
    const sign = (signer: AWS.S3, operation: string, params = {}) =>
      signer.getSignedUrlPromise(operation, { ...own, Expires: 60, ...params });
    const put = await sign(client, "putObject", { ContentType: "text/plain" });
    const headers = { "content-type": "text/plain" };
    expect((await fetch(put, { method: "PUT", body: "a body", headers })).status).toBe(200);
    await app.resized("ObjectCreated:Put", own.Key);
    const got = await fetch(await sign(client, "getObject"));
    expect([await got.text(), got.headers.get("content-type")]).toEqual(["a body", "text/plain"]);
    const wrong = await fetch(await sign(connect("wrong"), "getObject"));
    const [status, said] = mode === "strict" ? [403, "<Code>SignatureDoesNotMatch</Code>"] : [200, "a body"];
    expect(wrong.status).toBe(status);
    expect(await wrong.text()).toContain(said);
  }
  const client = new AWS.S3({ endpoint: app.endpoint, region, ...credentials, s3ForcePathStyle: true });
  const { Location } = await client.upload({ Bucket, Key: "in/large", Body: large }).promise();
  expect(Location).toBe(`${app.endpoint}/${Bucket}/in/large`);
  await app.resized("ObjectCreated:CompleteMultipartUpload", "in/large");
});

test.skipIf(!isBoto3There).each(modes)(
  "boto3 does, with presigned URLs of both versions: %s",
  async (mode) => {
    const app = await startUploads(mode);
    const script = fileURLToPath(new URL("dev-calls.py", import.meta.url));
    const { accessKeyId, secretAccessKey } = credentials;
    const { stdout } = await promisify(execFile)("python3", [
      script,
      app.endpoint,
      accessKeyId,
      secretAccessKey,
    ]);
    const { urls, ...results } = JSON.parse(stdout) as { urls: [string, string][] };
    expect(results).toEqual({
      got: ["of boto3", { colour: "red" }],
      buckets: [Bucket, "our-site"],
      size: 12 * 1024 * 1024,
      wrong: mode === "strict" ? "SignatureDoesNotMatch" : "taken",
    });
    await app.resized("ObjectCreated:CompleteMultipartUpload", "in/boto3");
    for (const [put, get] of urls) {
      const headers = { "content-type": "text/plain" };
      expect((await fetch(put, { method: "PUT", body: "by fetch", headers })).status).toBe(200);
      const got = await fetch(get);
      expect([await got.text(), got.headers.get("cache-control")]).toEqual(["by fetch", "no-store"]);
    }
  },
);
