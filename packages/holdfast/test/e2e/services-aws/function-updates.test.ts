import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import Lambda from "aws-sdk/clients/lambda.js";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock, systemClock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import { createFunctionHost } from "../../../src/host/function-host.ts";
import type { AppModel, FunctionModel } from "../../../src/model/app-model.ts";
import type { FunctionHost } from "../../../src/ports/function-host.ts";
import type { Reading } from "../../../src/ports/frontend.ts";
import { findFunction, type FindFunction } from "../../../src/services/lambda/function-address.ts";
import { functionConfiguration } from "../../../src/services/lambda/function-configuration.ts";
import { createUpdateOperations, describeCode } from "../../../src/services/lambda/function-updates.ts";
import { createRestJsonFace } from "../../../src/services/rest-json.ts";
import type { Deployment } from "../../../src/targets/local/deployment.ts";
import { UploadedCodes } from "../../../src/targets/local/function-code.ts";
import {
  createUpdatableDeployment,
  type UpdatableDeployment,
} from "../../../src/targets/local/updatable-deployment.ts";
import { sampleFunction, sampleModel } from "../../model/sample-model.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";
import { serveFaces, type FacesRig } from "./faces-rig.ts";
import { credentials, region } from "./services-rig.ts";

const accountId = "000000000000";
/** Each process has an id of its own, so that a process that stayed can be told. */
const code = (text: string): string => `
const id = Math.random();
export const handler = async () => ({ text: ${JSON.stringify(text)}, id, greeting: process.env.GREETING ?? null });
`;
const zip = (text: string): Uint8Array => zipSync({ "app.mjs": strToU8(code(text)) });

let folder = "";
let host: FunctionHost;
let deployment: UpdatableDeployment;
let faces: FacesRig;
let lambda: Lambda;
const log = memoryLog();

beforeEach(async () => {
  folder = await makeFolder({ "first/app.mjs": code("first"), "second/app.mjs": code("second") });
  host = createFunctionHost({
    resourceCalls: { call: () => Promise.reject(new Error("There is none")) },
    clock: systemClock,
    log,
  });
  deployment = await openDeployment();
  faces = await serveFaces([createRestJsonFace({ service: "lambda", operations: operations() })]);
  lambda = new Lambda({ endpoint: faces.endpoint, region, ...credentials, maxRetries: 0 });
});
afterEach(async () => {
  await faces[Symbol.asyncDispose]();
  await host.close();
  await removeFolder(folder);
});

/** What a target does for functions, and nothing else. */
function hostDeployment(): Deployment {
  let current: AppModel | undefined;
  return {
    model: () => current,
    async apply({ model, codeRevisions = {}, diagnostics }: Reading) {
      if (model === undefined) throw new Error("There is no model");
      await host.deploy({ functions: model.functions, codeRevisions, environment: {} });
      current = model;
      return { model, diagnostics };
    },
  };
}

async function openDeployment(): Promise<UpdatableDeployment> {
  const codes = await UploadedCodes.open({
    folder: path.join(folder, "uploads"),
    clock: new ManualClock(Date.parse("2026-11-21T12:00:00Z")),
    log,
  });
  const opened = createUpdatableDeployment(hostDeployment(), codes);
  await opened.apply(read());
  return opened;
}

function read(codeRevisions: Readonly<Record<string, string>> = { first: "1", second: "1" }): Reading {
  const made = (name: string): FunctionModel =>
    sampleFunction({
      name,
      runtime: "nodejs24.x",
      timeoutMs: 10_000,
      code: { kind: "handler", dir: path.join(folder, name), handler: "app.handler" },
      permissions: name === "first" ? [{ principal: "apigateway.amazonaws.com", sourceArn: "arn:x" }] : [],
    });
  const functions = [made("first"), made("second"), sampleFunction({ name: "own" })];
  return { model: { ...sampleModel, functions }, codeRevisions, diagnostics: [], inputs: [] };
}

function operations() {
  const place = { region, accountId };
  const find: FindFunction = ({ parameters, query }) =>
    findFunction(
      deployment.model()?.functions ?? [],
      parameters.FunctionName ?? "",
      query.get("Qualifier") ?? undefined,
      place,
    );
  return createUpdateOperations({
    find,
    describe: ({ model, qualifier }) => ({
      ...functionConfiguration(model, place, 0, qualifier),
      ...describeCode(deployment.updates.codeFacts(model.name)),
    }),
    // The rig's deployment is another one after a restart.
    updates: {
      replaceCode: (name, archive) => deployment.updates.replaceCode(name, archive),
      configure: (name, change) => deployment.updates.configure(name, change),
      codeFacts: (name) => deployment.updates.codeFacts(name),
    },
    accountId,
  });
}

interface Answer {
  readonly text: string;
  readonly id: number;
  readonly greeting: string | null;
}

async function invoke(name: string): Promise<Answer> {
  const result = await host.invoke(name, {
    kind: "task",
    source: "call",
    routeKey: `function ${name}`,
    requestId: "r",
    requestTimeMs: 0,
    payload: {},
  });
  if (result.outcome !== "returned") throw new Error(JSON.stringify(result));
  return result.payload as Answer;
}

it("uploaded code runs from the next invocation on, and others keep their processes", async () => {
  const [first, second] = [await invoke("first"), await invoke("second")];
  expect(first.text).toBe("first");
  const updated = await lambda
    .updateFunctionCode({ FunctionName: "first", ZipFile: Buffer.from(zip("uploaded")) })
    .promise();
  expect(updated).toMatchObject({
    FunctionName: "first",
    CodeSize: zip("uploaded").byteLength,
    LastModified: "2026-11-21T12:00:00.000+0000",
    LastUpdateStatus: "Successful",
  });
  expect((await invoke("first")).text).toBe("uploaded");
  expect((await invoke("second")).id).toBe(second.id);
});

it("uploaded code outlives reloads and restarts, until the function's own code is another", async () => {
  await lambda.updateFunctionCode({ FunctionName: "first", ZipFile: Buffer.from(zip("uploaded")) }).promise();
  await deployment.apply(read({ first: "1", second: "2" }));
  expect((await invoke("first")).text).toBe("uploaded");
  deployment = await openDeployment();
  expect((await invoke("first")).text).toBe("uploaded");
  await deployment.apply(read({ first: "2", second: "2" }));
  expect((await invoke("first")).text).toBe("first");
  expect(deployment.updates.codeFacts("first")).toBeUndefined();
  expect(log.entries.map(({ event }) => event)).toContain("function-code-dropped");
  deployment = await openDeployment();
  expect((await invoke("first")).text).toBe("first");
});

it("a dry run only tells what the archive is; a version shows the function as it was", async () => {
  const ZipFile = Buffer.from(zip("uploaded"));
  const tried = await lambda.updateFunctionCode({ FunctionName: "first", ZipFile, DryRun: true }).promise();
  expect((await invoke("first")).text).toBe("first");
  const published = await lambda
    .updateFunctionCode({ FunctionName: "first", ZipFile, Publish: true })
    .promise();
  expect(published).toMatchObject({
    Version: "1",
    CodeSha256: tried.CodeSha256,
    FunctionArn: `arn:aws:lambda:${region}:${accountId}:function:first:1`,
  });
  expect((await lambda.publishVersion({ FunctionName: "first" }).promise()).Version).toBe("1");
  await lambda.updateFunctionCode({ FunctionName: "first", ZipFile: Buffer.from(zip("next")) }).promise();
  expect((await lambda.publishVersion({ FunctionName: "first" }).promise()).Version).toBe("2");
  const { Versions } = await lambda.listVersionsByFunction({ FunctionName: "first" }).promise();
  expect(Versions?.map(({ Version }) => Version)).toEqual(["$LATEST", "1", "2"]);
});

it("a configuration is changed until the app's files are read again", async () => {
  const changed = await lambda
    .updateFunctionConfiguration({
      FunctionName: "first",
      Timeout: 7,
      MemorySize: 256,
      Environment: { Variables: { GREETING: "hello" } },
    })
    .promise();
  expect(changed).toMatchObject({
    Timeout: 7,
    MemorySize: 256,
    Environment: { Variables: { GREETING: "hello" } },
  });
  expect((await invoke("first")).greeting).toBe("hello");
  await deployment.apply(read());
  expect((await invoke("first")).greeting).toBeNull();
});

it("who may invoke a function is told", async () => {
  const { Policy = "" } = await lambda.getPolicy({ FunctionName: "first" }).promise();
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [
      {
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Condition: { ArnLike: { "AWS:SourceArn": "arn:x" } },
      },
    ],
  });
  await expect(lambda.getPolicy({ FunctionName: "second" }).promise()).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    statusCode: 404,
  });
});

it("what cannot be used is refused, and the old code serves on", async () => {
  const refusals: [() => Promise<unknown>, string][] = [
    [() => update({ ZipFile: Buffer.from("no zip") }), "InvalidParameterValueException"],
    [() => update({}), "InvalidParameterValueException"],
    [() => update({ S3Bucket: "b", S3Key: "k" }), "InvalidParameterValueException"],
    [() => update({ ZipFile: Buffer.from(zip("x")), RevisionId: "old" }), "PreconditionFailedException"],
    [() => update({ FunctionName: "none", ZipFile: Buffer.from(zip("x")) }), "ResourceNotFoundException"],
    [() => update({ FunctionName: "own", ZipFile: Buffer.from(zip("x")) }), "InvalidParameterValueException"],
    [
      () => lambda.updateFunctionConfiguration({ FunctionName: "first", Handler: "b.c" }).promise(),
      "InvalidParameterValueException",
    ],
    [
      () => lambda.updateFunctionConfiguration({ FunctionName: "first", Timeout: 901 }).promise(),
      "ValidationException",
    ],
    [
      () => lambda.publishVersion({ FunctionName: "first", CodeSha256: "x" }).promise(),
      "InvalidParameterValueException",
    ],
  ];
  for (const [call, code] of refusals) await expect(call()).rejects.toMatchObject({ code });
  expect((await invoke("first")).text).toBe("first");
});

function update(change: Partial<Lambda.UpdateFunctionCodeRequest>): Promise<unknown> {
  return lambda.updateFunctionCode({ FunctionName: "first", ...change }).promise();
}

const hasAws = spawnSync("aws", ["--version"]).status === 0;
if (!hasAws) console.warn("SKIPPED: Lambda's update-function-code with the aws command: there is none");

it.skipIf(!hasAws)("the aws command uploads a zip file", async () => {
  const file = path.join(folder, "f.zip");
  await writeFile(file, zip("by command"));
  const command = ["lambda", "update-function-code", "--function-name", "first", "--publish"];
  const { stdout } = await promisify(execFile)(
    "aws",
    [...command, "--zip-file", `fileb://${file}`, "--endpoint-url", faces.endpoint],
    {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_DEFAULT_REGION: region,
      },
    },
  );
  expect(JSON.parse(stdout)).toMatchObject({ Version: "1", FunctionName: "first" });
  expect((await invoke("first")).text).toBe("by command");
});
