import { createHash } from "node:crypto";
import { Agent } from "node:http";
import type * as S3 from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { load } from "./load-sdk.ts";
import { startS3, type S3Server } from "./s3-server.ts";

const s3 = await load<typeof S3>("@aws-sdk/client-s3");
const presigner = await load<{
  getSignedUrl: (client: unknown, command: unknown, options?: { expiresIn: number }) => Promise<string>;
}>("@aws-sdk/s3-request-presigner");
const storage = await load<{ Upload: new (options: object) => { done(): Promise<{ ETag?: string }> } }>(
  "@aws-sdk/lib-storage",
);

const Bucket = "files";

function connect(server: S3Server, options: Partial<S3.S3ClientConfig> = {}): S3.S3Client {
  if (s3 === undefined) throw new Error("There is no SDK");
  return new s3.S3Client({
    endpoint: server.url,
    region: "eu-west-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    ...options,
  });
}

const nameOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: Error) => error.name,
  );

test.skipIf(s3 === undefined)("SDK v3 puts, gets, heads, copies and deletes", async () => {
  if (s3 === undefined) return;
  const server = await startS3();
  const client = connect(server);
  const Key = "a b/ü+😀.txt";
  const put = await client.send(
    new s3.PutObjectCommand({
      Bucket,
      Key,
      Body: "text",
      ContentType: "text/plain",
      CacheControl: "no-cache",
      Metadata: { colour: "red" },
      Tagging: "a=1&b=x%20y",
    }),
  );
  expect(put).toMatchObject({
    ETag: `"${createHash("md5").update("text").digest("hex")}"`,
    ChecksumCRC32: "O4unxw==",
  });
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  expect(got).toMatchObject({
    ContentType: "text/plain",
    CacheControl: "no-cache",
    Metadata: { colour: "red" },
    TagCount: 2,
    ContentLength: 4,
  });
  expect(await got.Body?.transformToString()).toBe("text");
  const range = await client.send(new s3.GetObjectCommand({ Bucket, Key, Range: "bytes=1-2" }));
  expect([await range.Body?.transformToString(), range.ContentRange]).toEqual(["ex", "bytes 1-2/4"]);
  expect((await client.send(new s3.HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(4);
  const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
  await client.send(new s3.CopyObjectCommand({ Bucket: "other", Key: "copy", CopySource }));
  const copied = await client.send(new s3.HeadObjectCommand({ Bucket: "other", Key: "copy" }));
  expect(copied.Metadata).toEqual({ colour: "red" });
  const tags = await client.send(new s3.GetObjectTaggingCommand({ Bucket: "other", Key: "copy" }));
  expect(tags.TagSet).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "x y" },
  ]);
  await client.send(
    new s3.PutObjectTaggingCommand({
      Bucket,
      Key,
      Tagging: { TagSet: [{ Key: "c", Value: "<&>".replaceAll(/[<&>]/g, "-") }] },
    }),
  );
  expect((await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key }))).TagSet).toEqual([
    { Key: "c", Value: "---" },
  ]);
  const deleted = await client.send(
    new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: "none" }] } }),
  );
  expect(deleted.Deleted?.map((one) => one.Key)).toEqual([Key, "none"]);
  expect(await nameOf(client.send(new s3.GetObjectCommand({ Bucket, Key })))).toBe("NoSuchKey");
});

test.skipIf(s3 === undefined)("SDK v3 makes its errors of S3's", async () => {
  if (s3 === undefined) return;
  const client = connect(await startS3());
  const names = await Promise.all([
    nameOf(client.send(new s3.GetObjectCommand({ Bucket: "none", Key: "k" }))),
    nameOf(client.send(new s3.HeadObjectCommand({ Bucket, Key: "k" }))),
    nameOf(client.send(new s3.HeadBucketCommand({ Bucket: "none" }))),
    nameOf(client.send(new s3.CreateBucketCommand({ Bucket }))),
    nameOf(client.send(new s3.CreateBucketCommand({ Bucket: "new" }))),
    nameOf(client.send(new s3.GetBucketPolicyCommand({ Bucket }))),
    nameOf(client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId: "x" }))),
    nameOf(client.send(new s3.PutObjectCommand({ Bucket, Key: "x".repeat(1_025), Body: "" }))),
    nameOf(
      client.send(
        new s3.PutObjectCommand({ Bucket, Key: "k", Body: "x", ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }),
      ),
    ),
    nameOf(client.send(new s3.CopyObjectCommand({ Bucket, Key: "k", CopySource: "files/none" }))),
  ]);
  expect(names).toEqual([
    "NoSuchBucket",
    "NotFound",
    "NotFound",
    "BucketAlreadyOwnedByYou",
    "NotImplemented",
    "NoSuchBucketPolicy",
    "NoSuchUpload",
    "KeyTooLongError",
    "BadDigest",
    "NoSuchKey",
  ]);
});

test.skipIf(s3 === undefined)("SDK v3 writes under conditions and reads under them", async () => {
  if (s3 === undefined) return;
  const client = connect(await startS3());
  const put = (Body: string, condition: object) =>
    client.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body, ...condition }));
  expect(await nameOf(put("0", { IfMatch: '"x"' }))).toBe("NoSuchKey");
  const { ETag = "" } = await put("1", { IfNoneMatch: "*" });
  expect(await nameOf(put("2", { IfNoneMatch: "*" }))).toBe("PreconditionFailed");
  expect(await nameOf(put("2", { IfMatch: '"x"' }))).toBe("PreconditionFailed");
  const get = (condition: object) =>
    nameOf(client.send(new s3.GetObjectCommand({ Bucket, Key: "k", ...condition })));
  expect(await get({ IfNoneMatch: ETag })).toBe("Unknown");
  expect(await get({ IfMatch: ETag })).toBe("no error");
  expect(await get({ IfMatch: '"x"' })).toBe("PreconditionFailed");
  expect(await get({ IfModifiedSince: new Date(Date.now() + 60_000) })).toBe("Unknown");
  expect(await get({ Range: "bytes=5-" })).toBe("InvalidRange");
  await put("3", { IfMatch: ETag });
});

test.skipIf(s3 === undefined)("SDK v3 lists by pages, prefixes and delimiters", async () => {
  if (s3 === undefined) return;
  const { listAllKeys, client } = await prepareListing(s3, await startS3());
  expect(await listAllKeys({ MaxKeys: 2 })).toEqual([["a/1", "a/2", "b", "c/x/1", "c/x/2", "d+ü &<"], []]);
  expect(await listAllKeys({ MaxKeys: 1, Delimiter: "/" })).toEqual([
    ["b", "d+ü &<"],
    ["a/", "c/"],
  ]);
  expect(await listAllKeys({ Prefix: "c/", Delimiter: "/" })).toEqual([[], ["c/x/"]]);
  expect(await listAllKeys({ StartAfter: "c/x/1", EncodingType: "url" })).toEqual([
    ["c/x/2", "d%2B%C3%BC+%26%3C"],
    [],
  ]);
  const first = await client.send(new s3.ListObjectsCommand({ Bucket, MaxKeys: 1, Delimiter: "/" }));
  expect([first.CommonPrefixes, first.NextMarker, first.IsTruncated]).toEqual([
    [{ Prefix: "a/" }],
    "a/",
    true,
  ]);
  const buckets = await client.send(new s3.ListBucketsCommand({}));
  expect(buckets.Buckets?.map(({ Name }) => Name)).toEqual(["files", "other", "site"]);
});

async function prepareListing(sdk: typeof S3, server: S3Server) {
  const client = connect(server);
  for (const Key of ["a/1", "a/2", "b", "c/x/1", "c/x/2", "d+ü &<"]) {
    await server.store.put(Bucket, Key, { bytes: new Uint8Array() });
  }
  const listAllKeys = async (options: object): Promise<[string[], string[]]> => {
    const [keys, prefixes]: [string[], string[]] = [[], []];
    for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket, ...options })) {
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
    }
    return [keys, prefixes];
  };
  return { client, listAllKeys };
}

test.skipIf(s3 === undefined || storage === undefined)("SDK v3 uploads 20 MB in parts", async () => {
  if (s3 === undefined || storage === undefined) return;
  const server = await startS3();
  const client = connect(server);
  const Body = Buffer.alloc(20 * 1024 * 1024 + 17, "0123456789abcdef");
  for (const ChecksumAlgorithm of ["CRC32", "SHA256", "CRC64NVME"]) {
    const params = { Bucket, Key: ChecksumAlgorithm, Body, ContentType: "video/x", ChecksumAlgorithm };
    const done = await nameOf(new storage.Upload({ client, params }).done());
    // This sum is one that the SDK computes only with a package more.
    if (ChecksumAlgorithm === "CRC64NVME" && done !== "no error") continue;
    const facts = await server.store.head(Bucket, ChecksumAlgorithm);
    expect([ChecksumAlgorithm, facts?.etag.slice(32), facts?.contentType]).toEqual([
      ChecksumAlgorithm,
      "-5",
      "video/x",
    ]);
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: ChecksumAlgorithm }));
    expect(Body.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
  }
  expect(await server.store.listUploads(Bucket)).toEqual([]);
});

test.skipIf(s3 === undefined)("SDK v3 lists, copies and aborts parts", async () => {
  if (s3 === undefined) return;
  const server = await startS3();
  const client = connect(server);
  await server.store.put(Bucket, "from", { bytes: Buffer.from("0123456789") });
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "k" }));
  const upload = { Bucket, Key: "k", UploadId };
  const range = { CopySource: "files/from", CopySourceRange: "bytes=2-4" };
  const { CopyPartResult } = await client.send(
    new s3.UploadPartCopyCommand({ ...upload, PartNumber: 1, ...range }),
  );
  await client.send(new s3.UploadPartCommand({ ...upload, PartNumber: 2, Body: "abc" }));
  const { Parts = [] } = await client.send(new s3.ListPartsCommand(upload));
  expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 3],
    [2, 3],
  ]);
  const complete = (parts: typeof Parts) =>
    client.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
  expect(await nameOf(complete(Parts))).toBe("EntityTooSmall");
  expect(await nameOf(complete(Parts.toReversed()))).toBe("InvalidPartOrder");
  expect(await nameOf(complete([{ PartNumber: 9, ETag: "x" }]))).toBe("InvalidPart");
  expect(await nameOf(complete([]))).toBe("MalformedXML");
  const uploads = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }));
  expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual(["k"]);
  await complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
  expect(Buffer.from((await server.store.get(Bucket, "k"))?.bytes ?? []).toString()).toBe("234");
  const other = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "k" }));
  await client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId: other.UploadId }));
  expect(await server.store.listUploads(Bucket)).toEqual([]);
});

test.skipIf(s3 === undefined || presigner === undefined)("fetch uses SDK v3's presigned URLs", async () => {
  if (s3 === undefined || presigner === undefined) return;
  const client = connect(await startS3());
  const put = await presigner.getSignedUrl(
    client,
    new s3.PutObjectCommand({ Bucket, Key: "a b", ContentType: "text/x" }),
  );
  const stored = await fetch(put, { method: "PUT", body: "mine", headers: { "content-type": "text/x" } });
  expect([stored.status, stored.headers.get("etag")]).toEqual([
    200,
    `"${createHash("md5").update("mine").digest("hex")}"`,
  ]);
  const command = new s3.GetObjectCommand({ Bucket, Key: "a b", ResponseContentDisposition: "attachment" });
  const got = await fetch(await presigner.getSignedUrl(client, command, { expiresIn: 60 }));
  expect([await got.text(), got.headers.get("content-disposition"), got.headers.get("content-type")]).toEqual(
    ["mine", "attachment", "text/x"],
  );
  const old = new URL(await presigner.getSignedUrl(client, command, { expiresIn: 60 }));
  old.searchParams.set("X-Amz-Date", "20200101T000000Z");
  const refused = await fetch(old);
  expect([refused.status, /<Code>(.*)<\/Code>/.exec(await refused.text())?.[1]]).toEqual([
    403,
    "AccessDenied",
  ]);
});

test.skipIf(s3 === undefined)("SDK v3 finds buckets in the host's name, and streams bodies", async () => {
  if (s3 === undefined) return;
  const server = await startS3();
  const { Readable } = await import("node:stream");
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const lookup = (_: string, options: { all?: boolean }, done: (...results: unknown[]) => void): void =>
    options.all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
  const client = connect(server, {
    endpoint: `http://s3.localhost:${server.port}`,
    forcePathStyle: false,
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup } as object) }),
  });
  const Body = Readable.from([Buffer.alloc(100_000, "a"), Buffer.alloc(100_000, "b")]);
  await client.send(
    new s3.PutObjectCommand({ Bucket, Key: "k", Body, ContentLength: 200_000, ContentEncoding: "x" }),
  );
  const facts = await server.store.head(Bucket, "k");
  expect(facts).toMatchObject({ sizeBytes: 200_000, contentEncoding: "x", checksum: { algorithm: "CRC32" } });
});
