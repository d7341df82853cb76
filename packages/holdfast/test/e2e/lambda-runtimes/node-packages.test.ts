import { describe, expect, test } from "vitest";
import { startFunction, type ErrorAnswer, type FunctionFiles } from "./runtime-rig.ts";

async function resultOf(given: FunctionFiles): Promise<unknown> {
  await using fn = await startFunction(given);
  const { kind, body } = await fn.invoke();
  expect({ kind, body }).toMatchObject({ kind: "response" });
  return body;
}

async function messageOf(given: FunctionFiles): Promise<string> {
  await using fn = await startFunction(given);
  return ((await fn.initError).body as ErrorAnswer).errorMessage;
}

const clientV3 = '{ ApiGatewayManagementApiClient } = require("@aws-sdk/client-apigatewaymanagementapi")';

describe("handlers without node_modules", () => {
  test("find AWS SDK v3 as CommonJS", async () => {
    const code = `const ${clientV3};
      const { DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");
      exports.handler = async () => [ApiGatewayManagementApiClient.name, DynamoDBDocumentClient.name];`;
    expect(await resultOf({ files: { "index.js": code } })).toEqual([
      "ApiGatewayManagementApiClient",
      "DynamoDBDocumentClient",
    ]);
  });

  test("find AWS SDK v3 as ES modules, static and dynamic, and what it is made of", async () => {
    const code = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
      import { SignatureV4 } from "@smithy/signature-v4";
      export const handler = async () => {
        const { S3Client } = await import("@aws-sdk/client-s3");
        return [DynamoDBClient.name, S3Client.name, SignatureV4.name];
      };`;
    const names = ["DynamoDBClient", "S3Client", "SignatureV4"];
    expect(await resultOf({ files: { "index.mjs": code } })).toEqual(names);
    expect(await resultOf({ files: { "index.mjs": code }, runtime: "nodejs24.x" })).toEqual(names);
  });

  test("find AWS SDK v2 in old runtimes, both ways, and only there", async () => {
    const required =
      'exports.handler = async () => new (require("aws-sdk").DynamoDB)({ region: "x" }).config.region;';
    const part =
      'import Client from "aws-sdk/clients/dynamodb.js"; export const handler = async () => new Client({ region: "x" }).config.region;';
    expect(await resultOf({ files: { "index.js": required }, runtime: "nodejs16.x" })).toBe("x");
    expect(await resultOf({ files: { "index.mjs": part }, runtime: "nodejs14.x" })).toBe("x");
    const inNewer = await messageOf({ files: { "index.js": 'require("aws-sdk")' }, runtime: "nodejs18.x" });
    expect(inNewer).toContain("Lambda's nodejs18.x has AWS SDK v3, not v2");
    const v3InOlder = await messageOf({ files: { "index.js": `const ${clientV3}` }, runtime: "nodejs16.x" });
    expect(v3InOlder).toContain("Lambda's nodejs16.x has AWS SDK v2, not v3");
  });

  test("hear what to install where the image is missing, or does not hold it", async () => {
    const files = { "index.js": `const ${clientV3}` };
    const missing = await messageOf({ files, withoutImage: true });
    expect(missing).toMatch(/^Error: Cannot find module '@aws-sdk\/client-apigatewaymanagementapi'/);
    expect(missing).toContain("npm install --save-dev holdfast-lambda-image");
    const module = { "index.mjs": 'import "@aws-sdk/client-s3";' };
    expect(await messageOf({ files: module, withoutImage: true })).toContain(
      "npm install --save-dev holdfast-lambda-image",
    );
    const rare = await messageOf({ files: { "index.js": 'require("@aws-sdk/client-braket/x")' } });
    expect(rare).toContain("npm install --save-dev @aws-sdk/client-braket");
    const old = await messageOf({
      files: { "index.js": 'require("aws-sdk")' },
      runtime: "nodejs16.x",
      withoutImage: true,
    });
    expect(old).toContain("npm install --save-dev aws-sdk@2");
  });

  test("find nothing else of Holdfast's", async () => {
    expect(await messageOf({ files: { "index.js": 'require("ws")' } })).toMatch(/Cannot find module 'ws'/);
  });
});

describe("what comes first", () => {
  const own = (text: string): string => `exports.whose = ${JSON.stringify(text)};`;
  const code = {
    "index.mjs": `import { createRequire } from "node:module";
      import shared from "shared";
      import sdk from "@aws-sdk/client-s3";
      export const handler = async () => [shared.whose, sdk.whose, createRequire(import.meta.url)("shared").whose];`,
  };
  const layer = (whose: string): Record<string, string> => ({
    "nodejs/node_modules/shared/index.js": own(whose),
    "nodejs/node_modules/@aws-sdk/client-s3/index.js": own(whose),
  });

  test("layers come before the image, and a later layer before an earlier one", async () => {
    expect(await resultOf({ files: code, layers: [layer("first"), layer("second")] })).toEqual([
      "second",
      "second",
      "second",
    ]);
  });

  test("the folder for the runtime's version comes before the one for all", async () => {
    const versioned = { "nodejs/node20/node_modules/shared/index.js": own("twenty"), ...layer("all") };
    expect(await resultOf({ files: code, layers: [versioned] })).toEqual(["twenty", "all", "twenty"]);
  });

  test("the function's own node_modules come before all", async () => {
    const files = {
      ...code,
      "node_modules/shared/index.js": own("own"),
      "node_modules/@aws-sdk/client-s3/index.js": own("own"),
    };
    expect(await resultOf({ files, layers: [layer("layer")] })).toEqual(["own", "own", "own"]);
  });
});

test("an SDK client reaches the gateway under AWS's names", async () => {
  const { createServer } = await import("node:http");
  const seen: string[] = [];
  const gateway = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host} ${request.url}`);
    response.end();
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  const address = gateway.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    const code = `import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
      const client = new ApiGatewayManagementApiClient({ endpoint: "http://a1.execute-api.us-east-1.amazonaws.com/dev" });
      export const handler = async () => {
        await client.send(new PostToConnectionCommand({ ConnectionId: "abc=", Data: "hi" }));
        return "sent";
      };`;
    const environment = { HOLDFAST_GATEWAY: `127.0.0.1:${port}` };
    expect(await resultOf({ files: { "index.mjs": code }, environment })).toBe("sent");
    expect(seen).toEqual(["POST a1.execute-api.us-east-1.amazonaws.com /dev/@connections/abc%3D"]);
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
});
