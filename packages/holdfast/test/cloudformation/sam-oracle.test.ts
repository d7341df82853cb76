import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject, Problems } from "../../src/frontends/cloudformation/template/template.ts";
import { policyTemplates } from "../../src/frontends/cloudformation/sam/policy-templates.ts";
import { transformSam } from "../../src/frontends/cloudformation/sam/transform-sam.ts";
import { toObject } from "../../src/frontends/cloudformation/sam/json-values.ts";
import { canonical, toTemplate, withLocalCode } from "./sam-canonical.ts";

/** The transform against SAM's own translator (Python's package aws-sam-translator), on templates of every kind. */

const folder = path.join(import.meta.dirname, "sam");

/**
 * Allowed: where events add to a document of the template's own, SAM forgets the permission to invoke the function. All
 * other differences that are allowed stand in sam-canonical.ts.
 */
const moreThanSam: Readonly<Record<string, readonly string[]>> = {
  "http-definition.yaml": ["AnswerProxyPermission", "AnswerSlowPermission"],
};

interface Translation {
  readonly source: JsonObject;
  readonly result?: JsonObject;
  readonly errors?: readonly string[];
}

function translate(templates: Readonly<Record<string, string>>): Record<string, Translation> | undefined {
  const input = JSON.stringify(templates);
  const python = spawnSync("python3", [path.join(folder, "translate.py")], { input, encoding: "utf8" });
  if (python.status === 0) return JSON.parse(python.stdout) as Record<string, Translation>;
  const isMissing = python.error !== undefined || python.stderr.includes("No module named 'samtranslator'");
  if (!isMissing) throw new Error(`SAM's translator failed: ${python.stderr}`);
  return undefined;
}

const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
const texts = Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
const names = Object.keys(policyTemplates);
const broken = Object.entries(brokenTemplates()).map(([name, Resources]): [string, string] => [
  name,
  JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources }),
]);
const translations = translate({
  ...texts,
  ...Object.fromEntries(broken),
  policies: JSON.stringify(withEachPolicy()),
});
if (translations === undefined) {
  console.warn("SKIPPED: SAM's translator is missing. Install python3 and its package aws-sam-translator.");
}

function transform(source: JsonObject): { readonly said: readonly string[]; readonly result: JsonObject } {
  const said: string[] = [];
  const problems: Problems = {
    error: (at, code, message) => said.push(`error ${code} ${at.join(".")}: ${message}`),
    warn: (at, code, message) => said.push(`warning ${code} ${at.join(".")}: ${message}`),
  };
  const parameters = Object.entries(toObject(source.Parameters)).map(([name, one]): [string, Json] => [
    name,
    toObject(one).Default ?? "",
  ]);
  const options = { parameters: Object.fromEntries(parameters) };
  return { said, result: canonical(transformSam(toTemplate(source), problems, options)) };
}

describe.skipIf(translations === undefined)("SAM's translator and the transform make the same", () => {
  test.each(files)("of %s", (file) => {
    const { source = {}, result, errors } = translations?.[file] ?? {};
    expect(errors).toBeUndefined();
    const mine = transform(source);
    expect(mine.said).toEqual([]);
    const more = Object.fromEntries((moreThanSam[file] ?? []).map((id) => [id, expect.anything() as Json]));
    const theirs = canonical(toTemplate(withLocalCode(result ?? {})));
    expect(mine.result).toEqual({ ...theirs, resources: { ...toObject(theirs.resources), ...more } });
  });

  test("of every policy template", () => {
    const { source = {}, result } = translations?.policies ?? {};
    expect(names.length).toBeGreaterThan(80);
    expect(transform(source).result).toEqual(canonical(toTemplate(withLocalCode(result ?? {}))));
  });
});

describe.skipIf(translations === undefined)("what SAM's translator refuses is refused", () => {
  test.each(broken.map(([name]) => name))("%s", (name) => {
    const { source = {}, errors } = translations?.[name] ?? {};
    expect(errors?.length).toBeGreaterThan(0);
    expect(transform(source).said.filter((one) => one.startsWith("error"))).not.toEqual([]);
  });
});

function brokenTemplates(): Readonly<Record<string, JsonObject>> {
  const one = (type: string, Properties: JsonObject): JsonObject => ({
    Broken: { Type: `AWS::Serverless::${type}`, Properties },
  });
  const code = { CodeUri: "src", Handler: "a.handler", Runtime: "nodejs22.x" };
  const made = (properties: JsonObject): JsonObject => one("Function", { ...code, ...properties });
  const event = (Type: string, Properties: JsonObject): JsonObject =>
    made({ Events: { Event: { Type, Properties } } });
  const socket = (properties: JsonObject): JsonObject =>
    one("WebSocketApi", {
      RouteSelectionExpression: "$request.body.action",
      Routes: { say: { FunctionArn: "arn" } },
      ...properties,
    });
  const get = { Path: "/a", Method: "get" };
  return {
    "a function without a handler": one("Function", { CodeUri: "src", Runtime: "nodejs22.x" }),
    "a function without a runtime": one("Function", { CodeUri: "src", Handler: "a.handler" }),
    "an unknown policy template": made({ Policies: [{ NoSuchPolicy: {} }] }),
    "a policy template without its parameter": made({ Policies: [{ S3ReadPolicy: { Bucket: "a" } }] }),
    "two policy templates in one": made({
      Policies: [{ S3ReadPolicy: { BucketName: "a" }, AMIDescribePolicy: {} }],
    }),
    "an unknown event": event("Nonsense", {}),
    "an SQS event without its queue": event("SQS", {}),
    "an API event without a path": event("Api", { Method: "get" }),
    "an HTTP API event without a method": event("HttpApi", { Path: "/a" }),
    "two events for one operation": made({
      Events: { One: { Type: "Api", Properties: get }, Two: { Type: "Api", Properties: get } },
    }),
    "an event of a bucket elsewhere": event("S3", { Bucket: "elsewhere", Events: "s3:ObjectCreated:*" }),
    "a schedule without a schedule": event("Schedule", {}),
    "an alias of an unknown name": made({ AutoPublishAlias: { Ref: "Nobody" } }),
    "dead letters of no kind": made({ DeadLetterQueue: { Type: "Kafka", TargetArn: "arn" } }),
    "an authorizer that the API has not": event("HttpApi", { ...get, Auth: { Authorizer: "Nobody" } }),
    "NONE without a default authorizer": event("Api", { ...get, Auth: { Authorizer: "NONE" } }),
    "an API elsewhere": event("Api", { ...get, RestApiId: "elsewhere" }),
    "a WebSocket API without a selection expression": one("WebSocketApi", {
      Routes: { say: { FunctionArn: "arn" } },
    }),
    "a WebSocket API without routes": socket({ Routes: {} }),
    "a WebSocket route with signs": socket({ Routes: { "say-it": { FunctionArn: "arn" } } }),
    "a WebSocket route without a function": socket({ Routes: { say: {} } }),
    "WebSocket authorization without $connect": socket({ Auth: { AuthType: "CUSTOM", AuthArn: "arn" } }),
    "a WebSocket stage $default": socket({ StageName: "$default" }),
    "request parameters beside $connect": socket({
      Routes: { say: { FunctionArn: "arn", RequestParameters: { a: { Required: true } } } },
    }),
    "an API without a stage": one("Api", {}),
    "a layer without contents": one("LayerVersion", {}),
    "a key of an unknown type": one("SimpleTable", { PrimaryKey: { Name: "id", Type: "Map" } }),
  };
}

/** A function for each policy template, with a value for each of its parameters. */
function withEachPolicy(): JsonObject {
  const functions = names.map((name, index): [string, Json] => {
    const texts = (policyTemplates[name] ?? []).flatMap(({ on, where }) => [...on, ...(where ?? [])]);
    const parameters = texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, one = ""]) => one));
    const values = Object.fromEntries(parameters.map((one) => [one, `the-${one}`]));
    const Policies = [{ [name]: values }];
    const Properties = { CodeUri: "src", Handler: "a.handler", Runtime: "nodejs22.x", Policies };
    return [`Function${index}`, { Type: "AWS::Serverless::Function", Properties }];
  });
  return { Transform: "AWS::Serverless-2016-10-31", Resources: Object.fromEntries(functions) };
}
