import { describe, expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import type { Json } from "../template/template.ts";
import { readFunctions } from "./functions.ts";

function read(resources: Readonly<Record<string, SampleResource>>) {
  const { set, draft, diagnostics } = resourceSet(resources);
  readFunctions(set, draft);
  const problems = diagnostics.map(
    ({ severity, code, path }) => `${severity} ${code} ${path.replace("Resources/", "")}`,
  );
  return { functions: draft.functions, problems, diagnostics };
}
const readOne = (
  properties: Readonly<Record<string, Json>>,
  others: Readonly<Record<string, SampleResource>> = {},
) => read({ F: sampleFunctionResource(properties), ...others });

describe("a function", () => {
  it("has Lambda's defaults", () => {
    const { functions, problems } = readOne({});
    expect(problems).toEqual([]);
    expect(functions).toEqual([
      {
        name: "F",
        runtime: "nodejs24.x",
        handler: "app.handler",
        source: { kind: "local", path: "/app/src" },
        environment: {},
        timeoutMs: 3000,
        memoryMb: 128,
        isolated: true,
        grants: [],
        role: "arn:aws:iam::000000000000:role/elsewhere",
        policies: [{ name: "arn:aws:iam::000000000000:role/elsewhere", document: {} }],
        permissions: [],
        layers: [],
        resource: expect.objectContaining({ logicalId: "F" }),
      },
    ]);
  });

  it("has what its properties say", () => {
    const { functions } = readOne({
      FunctionName: "join",
      Timeout: "10",
      MemorySize: 256,
      ReservedConcurrentExecutions: 5,
      Environment: { Variables: { TABLE: { Ref: "F" }, SIZE: 3 } },
    });
    expect(functions).toMatchObject([
      {
        name: "join",
        timeoutMs: 10_000,
        memoryMb: 256,
        concurrency: 5,
        environment: { TABLE: "join", SIZE: "3" },
      },
    ]);
  });

  it.each<[Json, unknown]>([
    [{ ZipFile: "exports.x = 1" }, { kind: "inline", text: "exports.x = 1" }],
    [
      { S3Bucket: "b", S3Key: "k.zip" },
      { kind: "remote", uri: "s3://b/k.zip" },
    ],
    ["s3://b/k.zip", { kind: "remote", uri: "s3://b/k.zip" }],
    ["./src", { kind: "local", path: "/app/src" }],
  ])("has its code where Code %j says", (Code, source) => {
    expect(readOne({ Code }).functions).toMatchObject([{ source }]);
  });

  it("of CDK's has its code in the asset", () => {
    const { functions } = read({
      F: {
        ...sampleFunctionResource({ Code: { S3Bucket: "b", S3Key: "k" } }),
        Metadata: { "aws:asset:path": "asset.1", "aws:asset:property": "Code" },
      },
    });
    expect(functions).toMatchObject([{ source: { kind: "local", path: "/app/asset.1" } }]);
  });

  it("that lacks something is reported whole", () => {
    const { functions, problems } = read({
      F: { Type: "AWS::Lambda::Function", Properties: { Timeout: 1000, MemorySize: 64 } },
      G: sampleFunctionResource({ Code: { S3Key: "k" } }),
      H: sampleFunctionResource({ Code: {} }),
    });
    expect(functions).toEqual([]);
    expect(problems).toEqual(
      ["F/Properties/Code", "F/Properties/Role", "F/Properties/Runtime", "F/Properties/Handler"]
        .concat([
          "F/Properties/Timeout",
          "F/Properties/MemorySize",
          "G/Properties/Code/S3Bucket",
          "H/Properties/Code",
        ])
        .map((path) => `error TEMPLATE_PROPERTY_INVALID ${path}`),
    );
  });

  it("that is an image is left out with a warning", () => {
    const { functions, problems } = read({
      F: {
        Type: "AWS::Lambda::Function",
        Properties: { PackageType: "Image", Code: { ImageUri: "x" }, Role: "r" },
      },
    });
    expect(functions).toEqual([]);
    expect(problems).toEqual(["warning TEMPLATE_RESOURCE_IGNORED F/Properties/Code"]);
  });

  it("that only CloudFormation calls is left out", () => {
    const custom = { Type: "Custom::Thing", Properties: { ServiceToken: { "Fn::GetAtt": "F.Arn" } } };
    expect(readOne({}, { Custom: custom })).toMatchObject({ functions: [], problems: [] });
  });
});

it("layers are those of the template, in the function's order", () => {
  const layer = (Content: Json): SampleResource => ({
    Type: "AWS::Lambda::LayerVersion",
    Properties: { Content },
  });
  const aws = "arn:aws:lambda:eu-central-1:580247275435:layer:LambdaInsightsExtension:14";
  const { functions, problems } = readOne(
    { Layers: [{ Ref: "Second" }, aws, { Ref: "First" }] },
    { First: layer("first"), Second: layer("second") },
  );
  expect(functions).toMatchObject([
    {
      layers: [
        { kind: "local", path: "/app/second" },
        { kind: "local", path: "/app/first" },
      ],
    },
  ]);
  expect(problems).toEqual(["warning TEMPLATE_RESOURCE_IGNORED F/Properties/Layers"]);
});

it("policies are the role's own and all that are attached to it", () => {
  const document = (action: string) => ({ Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
  const { functions, problems } = readOne(
    { Role: { "Fn::GetAtt": "Role.Arn" } },
    {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {},
          Policies: [{ PolicyName: "inline", PolicyDocument: document("a:A") }],
          ManagedPolicyArns: ["arn:aws:iam::aws:policy/AWSLambdaExecute", { Ref: "Managed" }],
        },
      },
      Default: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "default", PolicyDocument: document("b:B"), Roles: [{ Ref: "Role" }] },
      },
      Managed: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: document("c:C") } },
      Other: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: {}, Policies: [{}] } },
    },
  );
  expect(functions).toMatchObject([
    {
      policies: [
        { name: "inline", document: document("a:A") },
        { name: "default", document: document("b:B") },
        { name: "arn:aws:iam::aws:policy/AWSLambdaExecute", document: {} },
        { name: "Managed", document: document("c:C") },
      ],
    },
  ]);
  expect(problems).toEqual([
    "error TEMPLATE_PROPERTY_INVALID Other/Properties/Policies/0/PolicyName",
    "error TEMPLATE_PROPERTY_INVALID Other/Properties/Policies/0/PolicyDocument",
  ]);
});

it("permissions are those to invoke it, of aliases too", () => {
  const permission = (properties: Readonly<Record<string, Json>>): SampleResource => ({
    Type: "AWS::Lambda::Permission",
    Properties: { Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com", ...properties },
  });
  const { functions, problems } = readOne(
    {},
    {
      Live: {
        Type: "AWS::Lambda::Alias",
        Properties: { FunctionName: { Ref: "F" }, FunctionVersion: "1", Name: "live" },
      },
      ByName: permission({ FunctionName: { Ref: "F" }, SourceArn: "arn:x" }),
      ByAlias: permission({ FunctionName: { Ref: "Live" } }),
      OfUrl: permission({ FunctionName: { Ref: "F" }, Action: "lambda:InvokeFunctionUrl", Principal: "*" }),
      Elsewhere: permission({ FunctionName: "elsewhere" }),
      Broken: { Type: "AWS::Lambda::Permission" },
    },
  );
  expect(functions).toMatchObject([
    {
      permissions: [
        { principal: "apigateway.amazonaws.com", sourceArn: "arn:x" },
        { principal: "apigateway.amazonaws.com" },
      ],
    },
  ]);
  expect(problems).toEqual([
    "warning TEMPLATE_RESOURCE_IGNORED Elsewhere/Properties/FunctionName",
    "error TEMPLATE_PROPERTY_INVALID Broken/Properties/Action",
    "error TEMPLATE_PROPERTY_INVALID Broken/Properties/FunctionName",
    "error TEMPLATE_PROPERTY_INVALID Broken/Properties/Principal",
  ]);
});
