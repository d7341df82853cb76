import AWS from "aws-sdk";
import { expect, test } from "vitest";

import { startS3, type S3Server } from "./s3-server.ts";

const Bucket = "files";

function connect(server: S3Server, signatureVersion = "v4"): AWS.S3 {
  return new AWS.S3({
    endpoint: server.url,
    region: "eu-west-1",
    s3ForcePathStyle: true,
    signatureVersion,
    maxRetries: 0,
    credentials: new AWS.Credentials("a", "b"),
  });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: { code?: string }) => String(error.code),
  );

test("SDK v2 puts, gets, lists, copies and deletes", async () => {
  const client = connect(await startS3());
  for (const Key of ["a b/ü+.txt", "a b/2", "c"]) {
    await client.putObject({ Bucket, Key, Body: `of ${Key}`, Metadata: { x: "1" } }).promise();
  }
  const got = await client.getObject({ Bucket, Key: "a b/ü+.txt" }).promise();
  expect([Buffer.from(got.Body as Uint8Array).toString(), got.Metadata, got.ContentType]).toEqual([
    "of a b/ü+.txt",
    { x: "1" },
    "application/octet-stream",
  ]);
  const page = await client.listObjectsV2({ Bucket, Delimiter: "/" }).promise();
  expect([page.Contents?.map(({ Key }) => Key), page.CommonPrefixes]).toEqual([["c"], [{ Prefix: "a b/" }]]);
  const old = await client.listObjects({ Bucket, MaxKeys: 1 }).promise();
  expect([old.Contents?.map(({ Key }) => Key), old.IsTruncated]).toEqual([["a b/2"], true]);
  const copied = await client.copyObject({ Bucket, Key: "d", CopySource: "files/c" }).promise();
  expect(copied.CopyObjectResult?.ETag).toBe(page.Contents?.[0]?.ETag);
  const none = await client
    .deleteObjects({ Bucket, Delete: { Objects: [{ Key: "c" }, { Key: "d" }] } })
    .promise();
  expect(none.Deleted?.length).toBe(2);
  await client.deleteObject({ Bucket, Key: "c" }).promise();
  expect(await codeOf(client.getObject({ Bucket, Key: "c" }).promise())).toBe("NoSuchKey");
  expect(await codeOf(client.headObject({ Bucket, Key: "c" }).promise())).toBe("NotFound");
  expect(await codeOf(client.listObjects({ Bucket: "none" }).promise())).toBe("NoSuchBucket");
  expect((await client.getBucketLocation({ Bucket }).promise()).LocationConstraint).toBe("eu-west-1");
  expect((await client.getBucketVersioning({ Bucket }).promise()).Status).toBeUndefined();
  expect((await client.getBucketAcl({ Bucket }).promise()).Grants?.[0]?.Permission).toBe("FULL_CONTROL");
});

test("SDK v2 uploads 20 MB in parts, and reads them as a stream", async () => {
  const server = await startS3();
  const client = connect(server);
  const Body = Buffer.alloc(20 * 1024 * 1024 + 1, "0123456789");
  const done = await client.upload({ Bucket, Key: "large", Body }).promise();
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-5"$/);
  const chunks: Buffer[] = [];
  for await (const chunk of client.getObject({ Bucket, Key: "large" }).createReadStream())
    chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(Body)).toBe(true);
});

test("fetch uses SDK v2's presigned URLs, of both versions", async () => {
  const server = await startS3();
  for (const version of ["v4", "v2"]) {
    const client = connect(server, version);
    const put = await client.getSignedUrlPromise("putObject", { Bucket, Key: version, Expires: 60 });
    expect((await fetch(put, { method: "PUT", body: version })).status).toBe(200);
    const get = await client.getSignedUrlPromise("getObject", { Bucket, Key: version, Expires: 60 });
    expect(await (await fetch(get)).text()).toBe(version);
  }
});
