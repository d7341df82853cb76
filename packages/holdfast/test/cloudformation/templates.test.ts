import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chooseApp } from "../../src/frontends/choose.ts";
import { validateModel } from "../../src/model/validate.ts";
import type { Reading } from "../../src/ports/frontend.ts";

/** Templates in the manners of those who write them, and what becomes of them. */

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-templates-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(
  name: string,
  options: { readonly stage?: string; readonly parameters?: Record<string, string> } = {},
): Promise<Reading> {
  const { stage = "dev", parameters = {} } = options;
  const appDir = path.join(folder, name);
  cpSync(path.join(import.meta.dirname, "templates", name), appDir, { recursive: true });
  const app = await chooseApp(appDir, folder, { parameters });
  const frontend = app.open({
    evaluator: { evaluate: () => expect.unreachable() },
    buildDir: path.join(appDir, ".holdfast/build"),
    check: validateModel,
    place: { region: "us-east-1", accountId: "000000000000", stage },
  });
  return frontend.read();
}

/** Severity, line and message of each diagnostic. */
function said({ diagnostics }: Reading): readonly string[] {
  return diagnostics.map(({ severity, place, message }) => `${severity} ${place?.line ?? ""} ${message}`);
}

test("a SAM chat with events, a connector and two APIs of one name", async () => {
  const reading = await read("chat-by-events");
  expect(said(reading)).toEqual([]);
  const { model } = reading;
  expect(model?.webSocketApis).toMatchObject([
    { name: "chat", stage: "test", routes: [{ key: "$connect", integration: { function: "Hello" } }] },
    { name: "Staff", stage: "staff" },
  ]);
  expect(model?.functions).toMatchObject([
    {
      name: "Hello",
      environment: { PEOPLE: "people" },
      policies: expect.arrayContaining([expect.objectContaining({ name: "HelloPeoplePolicy" })]),
    },
    { name: "Plain", environment: {}, policies: [expect.anything()] },
  ]);
  expect(model).toMatchObject({
    tables: [{ name: "people" }],
    buckets: [{ notifications: [{ on: "put", function: "Hello" }] }],
    queues: [{ name: "Work.fifo" }],
    eventSources: [{ function: "Hello", batchSize: 2 }],
    schedules: [{ name: "HelloTick" }],
    httpRoutes: [
      { path: "/", aws: { stage: "$default", routeKey: "$default" } },
      { path: "/{proxy+}", aws: { stage: "$default", routeKey: "$default" } },
    ],
    topics: [],
    outputs: [{ name: "Url", value: expect.stringMatching(/^wss:\/\/\w+\.execute-api.*\/test$/) }],
  });
  const live = await read("chat-by-events", { parameters: { Environment: "live" } });
  expect(live.model).toMatchObject({ topics: [{ name: "Alarm" }] });
});

test("every intrinsic function, and loops", async () => {
  const reading = await read("intrinsics");
  expect(said(reading)).toEqual([]);
  expect(reading.model?.functions).toMatchObject([
    {
      memoryMb: 256,
      timeoutMs: 3000,
      environment: {
        SELECT: "b",
        SPLIT: "c",
        JOIN: "intrinsics-us-east-1a",
        B64: "aGVsbG8=",
        SUB: "3-dev-000000000000-${Lit}",
        CIDR: "10.0.1.0/24",
        LEN: "3",
        JSON: '{"a":"dev"}',
        LIST: "one,two",
        DEF: "7",
        SSM: "found",
      },
    },
  ]);
  expect(reading.model?.functions[0]?.environment).not.toHaveProperty("MAYBE");
  expect(reading.model?.tables.map(({ name }) => name)).toEqual(["Games", "Players"]);
});

test("a template that a program wrote, with numbers and booleans as text", async () => {
  const reading = await read("generated-json");
  expect(said(reading)).toEqual([]);
  expect(reading.model).toMatchObject({
    webSocketApis: [{ name: "generated-json-ws", stage: "prod" }],
    functions: [{ timeoutMs: 10_000, memoryMb: 256, environment: { T: "T", N: "5", B: "true" } }],
    tables: [{ name: "T", ttl: "ttl" }],
  });
});

test("nested stacks are given parameters, and their outputs are there", async () => {
  const reading = await read("nested");
  expect(said(reading)).toEqual([]);
  expect(reading.model).toMatchObject({
    webSocketApis: [{ name: "Api", routes: [{ integration: { function: "Function" } }] }],
    functions: [{ name: "Function", environment: { TABLE: "nested-games" } }],
    tables: [{ name: "nested-games" }],
    topics: [
      { name: "Topic", subscribers: [] },
      { name: "nested-Data-Topic", subscribers: [{ function: "Function" }] },
    ],
    outputs: [{ name: "Table", value: "nested-games" }],
  });
  const inputs = reading.inputs.map((file) => path.relative(path.join(folder, "nested"), file));
  expect(inputs).toEqual(["template.yaml", "stacks/data.yaml", "stacks/functions.yaml", "src"]);
});

test("OpenAPI documents in files of their own", async () => {
  const reading = await read("documents");
  expect(said(reading)).toEqual([]);
  expect(reading.model?.httpRoutes).toMatchObject([
    { path: "/v1/users/{id}", aws: { payload: "1.0", stage: "v1", stageVariables: { color: "blue" } } },
    { path: "/web", aws: { payload: "2.0", stage: "web", routeKey: "$default" } },
    { path: "/web/{proxy+}", aws: { payload: "2.0", stage: "web", routeKey: "$default" } },
  ]);
  expect(reading.inputs).toContain(path.join(folder, "documents/api/rest.yaml"));
  expect(reading.inputs).toContain(path.join(folder, "documents/api/http.json"));
});

test("CDK's stacks refer to each other, and one stage of several runs", async () => {
  const reading = await read("cdk-stacks");
  expect(said(reading)).toEqual(["warning  Of the CDK app's stages Dev runs, and Prod not"]);
  const { model } = reading;
  expect(model?.topics).toMatchObject([{ subscribers: [{ function: "FC4345940" }] }]);
  const [monitor] = model?.functions.filter(({ name }) => name.startsWith("M")) ?? [];
  expect(monitor?.environment).toEqual({
    FN: "FC4345940",
    URL: expect.stringMatching(/^wss:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/v1$/),
  });
  // What stacks tell each other is nobody else's.
  expect(model?.outputs).toEqual([]);
  const prod = await read("cdk-stacks", { stage: "prod" });
  expect(said(prod)).toEqual(["warning  Of the CDK app's stages Prod runs, and Dev not"]);
});

test("CDK's nested stacks", async () => {
  const reading = await read("cdk-nested");
  expect(said(reading)).toEqual([]);
  expect(reading.model).toMatchObject({
    webSocketApis: [{ routes: [{ key: "$default", integration: { function: "FC4345940" } }] }],
    functions: [{ environment: { T: "TD925BC7E" }, code: { dir: expect.stringContaining("asset.") } }],
    tables: [{ name: "TD925BC7E" }],
  });
});

test("what invokes functions in CDK's apps", async () => {
  const reading = await read("cdk-events");
  expect(said(reading)).toEqual([]);
  const to = { function: "Worker11F36D0F" };
  expect(reading.model).toMatchObject({
    buckets: [{ notifications: [{ ...to, on: "put", prefix: "in/", suffix: ".json" }] }],
    topics: [{ subscribers: [to] }],
    eventSources: [
      { ...to, source: { kind: "queue" }, batchSize: 5, partialFailures: true, windowMs: 2000 },
      { ...to, source: { kind: "table", from: "trim-horizon" }, bisects: true, maximumRetries: 2 },
    ],
    schedules: [to, to, to],
    parameters: [{ name: "/app/table", value: "OrdersA9B65338" }],
  });
});

test("a broken template says everything that is wrong, once, with its line", async () => {
  const reading = await read("broken");
  expect(reading.model).toBeUndefined();
  expect(said(reading)).toMatchInlineSnapshot(`
    [
      "error 2 A template has no section Resource",
      "error 5 The parameter Needed has no value: which table",
      "error 6 The parameter Bad: "abc" must be a number",
      "error 7 The parameter Choice: "x" must be one of a, b",
      "error 9 There is no parameter or resource Nope here",
      "error 11 The resource NoType has no Type",
      "error 14 "ProtocolType" of Api (AWS::ApiGatewayV2::Api) is "WEBSOKET"; it may be WEBSOCKET, HTTP",
      "warning 15 Api2 has no stage, so nothing of it could be reached on AWS; here it runs as the app's own stage",
      "error 17 "RouteSelectionExpression" of Api2 (AWS::ApiGatewayV2::Api) is missing",
      "error 20 There is no parameter or resource Apo2 here",
      "error 23 R2 depends on Nobody, which is no resource of this template",
      "warning 24 Holdfast does not know the attribute Idd of Integ; what is made of it is left out",
      "error 27 There is no resource Missing here, of which Arn is wanted",
      "error 30 There is no condition Nope",
      "error 32 "KeySchema[0].AttributeName" of T (AWS::DynamoDB::Table) is "id", which AttributeDefinitions does not define",
      "error 33 "AttributeDefinitions[0].AttributeType" of T (AWS::DynamoDB::Table) is "X"; it may be S, N, B",
      "error 36 "Role" of F (AWS::Lambda::Function) is missing",
      "error 36 "Timeout" of F (AWS::Lambda::Function) is 1000; it may be a whole number from 1 to 900 seconds",
      "error 36 "MemorySize" of F (AWS::Lambda::Function) is to be a number, and is text, "lots"",
      "error 36 "Code.S3Key" of F (AWS::Lambda::Function) is missing",
      "error 37 "Code" of G (AWS::Lambda::Function) is missing",
      "error 37 "Role" of G (AWS::Lambda::Function) is missing",
      "error 37 "Runtime" of G (AWS::Lambda::Function) is missing",
      "error 37 "Handler" of G (AWS::Lambda::Function) is missing",
      "error 39 A resource has no attribute Propertes",
      "error 41 The output NoValue has no Value",
      "error 42 Fn::Select asks for value 5 of a list of 2; the first is 0",
      "error 43 CloudFormation does not know the tag !Foo",
    ]
  `);
});
