import { writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";

import { makeFolder, removeFolder, startDev, type DevProcess } from "../../support/holdfast.ts";

/** As somebody else wrote it: buckets of which one tells a function, and one is a web site. */
const template = `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: my.uploads
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET, PUT]
            AllowedOrigins: ["*"]
            AllowedHeaders: ["*"]
            ExposedHeaders: [ETag]
  Site:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: our-site
      WebsiteConfiguration: { IndexDocument: index.html, ErrorDocument: 404.html }
  Resize:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: resize.handler
      CodeUri: src/
      Timeout: 20
      Policies:
        - S3CrudPolicy: { BucketName: my.uploads }
      Events:
        Uploaded:
          Type: S3
          Properties:
            Bucket: !Ref Uploads
            Events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload"]
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }] } }
  Sign:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: sign.handler
      CodeUri: src/
      Policies:
        - S3ReadPolicy: { BucketName: my.uploads }
Outputs:
  SiteUrl:
    Value: !GetAtt Site.WebsiteURL
`;

/** With the image's SDK, and no endpoint: AWS's names are asked for. */
const handler = `import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
const s3 = new S3Client({});
export const handler = async ({ Records }) => {
  for (const { eventName, s3: { bucket, object } } of Records) {
    const Key = decodeURIComponent(object.key.replaceAll("+", " "));
    const head = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key, Range: "bytes=0-3" }));
    const text = await head.Body.transformToString();
    await s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: Key.replace("in/", "out/"), Body: text }));
    console.log(["resized", eventName, Key, object.size, text].join(" "));
  }
};
`;

/** What whoever asks may do with an object for a while. */
const signer = `import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
const s3 = new S3Client({});
export const handler = async (object) => ({
  put: await getSignedUrl(s3, new PutObjectCommand(object)),
  get: await getSignedUrl(s3, new GetObjectCommand(object)),
});
`;

export const Bucket = "my.uploads";
export const region = "eu-west-1";
export const credentials = { accessKeyId: "AKIAUPLOADS", secretAccessKey: "uploads" };

export interface UploadsApp extends DevProcess {
  /** What SDKs are given. */
  readonly endpoint: string;
  /** Resolves once the function has said that it is done with an object. */
  resized(eventName: string, key: string): Promise<unknown>;
}

export type Mode = "default" | "strict";

/** A real `holdfast dev`; with `strict`, only the credentials above are taken. */
export async function startUploads(mode: Mode): Promise<UploadsApp> {
  const folder = await makeFolder({
    "template.yaml": template,
    "src/resize.mjs": handler,
    "src/sign.mjs": signer,
  });
  onTestFinished(() => removeFolder(folder));
  const file = path.join(folder, "credentials.json");
  await writeFile(file, JSON.stringify([credentials]));
  const app = await startDev(folder, ...(mode === "strict" ? ["--strict-auth", "--credentials", file] : []));
  onTestFinished(async () => {
    await app.stop();
  });
  return {
    ...app,
    endpoint: app.ready.http.replace(/\/$/, ""),
    resized: (eventName, key) =>
      app.line(
        ({ event, message }) =>
          event === "function-output" && String(message).includes(`resized ${eventName} ${key} `),
        20_000,
      ),
  };
}
