import { describe, expect, it } from "vitest";
import type { Json, JsonObject, Problems, Template, TemplateResource } from "../template/template.ts";
import { transformSam } from "./transform-sam.ts";

type Resources = Readonly<Record<string, Partial<TemplateResource> & { readonly type: string }>>;

function toTemplate(resources: Resources, more: Partial<Template> = {}): Template {
  const complete = Object.entries(resources).map(([id, one]): [string, TemplateResource] => [
    id,
    { properties: {}, dependsOn: [], metadata: {}, ...one },
  ]);
  return {
    parameters: {},
    mappings: {},
    conditions: {},
    outputs: {},
    transforms: ["AWS::Serverless-2016-10-31"],
    globals: {},
    metadata: {},
    resources: Object.fromEntries(complete),
    ...more,
  };
}

function transform(
  resources: Resources,
  more: Partial<Template> = {},
  parameters: Readonly<Record<string, Json>> = {},
): { readonly template: Template; readonly errors: string[]; readonly warnings: string[] } {
  const errors: string[] = [];
  const warnings: string[] = [];
  const problems: Problems = {
    error: (path, code, message) => errors.push(`${path.join(".")} ${code} ${message}`),
    warn: (path, code, message) => warnings.push(`${path.join(".")} ${code} ${message}`),
  };
  const template = transformSam(toTemplate(resources, more), problems, { parameters });
  return { template, errors, warnings };
}

const code = { CodeUri: "src/", Handler: "app.handler", Runtime: "nodejs22.x" };
const withEvents = (Events: JsonObject, condition?: string): Resources[string] => ({
  type: "AWS::Serverless::Function",
  properties: { ...code, Events },
  ...(condition !== undefined && { condition }),
});

describe("transformSam", () => {
  it("returns a template that does not ask for it as it is", () => {
    const template = toTemplate({ Hello: { type: "AWS::Serverless::Function" } }, { transforms: [] });
    const problems: Problems = { error: () => expect.unreachable(), warn: () => expect.unreachable() };
    expect(transformSam(template, problems, { parameters: {} })).toBe(template);
  });

  it("leaves nothing of SAM's, and what is not SAM's as it is", () => {
    const queue = {
      type: "AWS::SQS::Queue",
      properties: { QueueName: { Ref: "Name" } },
      dependsOn: ["Hello"],
    };
    const { template, errors } = transform(
      { Hello: { type: "AWS::Serverless::Function", properties: code }, Jobs: queue },
      { globals: { Function: { Timeout: 3 } } },
    );
    expect(errors).toEqual([]);
    expect(template.transforms).toEqual([]);
    expect(template.globals).toEqual({});
    expect(template.resources.Jobs).toEqual({ ...queue, metadata: {} });
    expect(Object.keys(template.resources)).toEqual(["Hello", "HelloRole", "Jobs"]);
  });

  it("takes code beside the template as text, a bucket's object apart, and the template's folder by default", () => {
    const codeOf = (properties: JsonObject): Json | undefined => {
      const { CodeUri: _, ...rest } = code;
      const all = { ...rest, ...properties };
      const { template } = transform({ Hello: { type: "AWS::Serverless::Function", properties: all } });
      return template.resources.Hello?.properties.Code;
    };
    expect(codeOf({ CodeUri: "./src" })).toBe("./src");
    expect(codeOf({ CodeUri: "s3://bucket/a/b.zip" })).toEqual({ S3Bucket: "bucket", S3Key: "a/b.zip" });
    expect(codeOf({ InlineCode: "exports.handler = 1" })).toEqual({ ZipFile: "exports.handler = 1" });
    expect(codeOf({})).toBe(".");
  });

  it("keeps how the function is built", () => {
    const metadata = { BuildMethod: "esbuild", BuildProperties: { EntryPoints: ["app.ts"] } };
    const { template } = transform({
      Hello: { type: "AWS::Serverless::Function", properties: code, metadata },
    });
    expect(template.resources.Hello?.metadata).toEqual(metadata);
  });

  it("says what each resource was made from", () => {
    const { template } = transform({
      Hello: withEvents({ Get: { Type: "HttpApi", Properties: { Path: "/", Method: "get" } } }),
    });
    expect(template.resources.HelloRole?.madeFrom).toEqual(["Resources", "Hello"]);
    const event = ["Resources", "Hello", "Properties", "Events", "Get"];
    expect(template.resources.HelloGetPermission?.madeFrom).toEqual(event);
    expect(template.resources.ServerlessHttpApi?.madeFrom).toEqual([...event, "Properties"]);
  });

  it("resolves SAM's references in properties, in text and in outputs, and no variables of the same name", () => {
    const text = "${Api.Stage} ${Hello.Alias} ${!Api.Stage} ${Hello.Arn}";
    const { template } = transform(
      {
        Api: { type: "AWS::Serverless::Api", properties: { StageName: "dev" } },
        Hello: {
          type: "AWS::Serverless::Function",
          properties: {
            ...code,
            AutoPublishAlias: { Ref: "Alias" },
            Environment: { Variables: { A: { Ref: "Hello.Version" }, B: { "Fn::Sub": text } } },
          },
        },
      },
      {
        outputs: { Stage: { Value: { "Fn::Sub": ["${Api.Stage}${Hello.Alias}", { "Api.Stage": "own" }] } } },
      },
      { Alias: "live" },
    );
    expect(template.resources.Hello?.properties.Environment).toEqual({
      Variables: {
        A: { Ref: "HelloVersion" },
        B: { "Fn::Sub": "${ApidevStage} ${HelloAliaslive} ${!Api.Stage} ${Hello.Arn}" },
      },
    });
    const value = { "Fn::Sub": ["${Api.Stage}${HelloAliaslive}", { "Api.Stage": "own" }] };
    expect(template.outputs.Stage).toEqual({ Value: value });
  });

  it("merges maps of Globals, appends lists, overrides all else, and mixes no functions", () => {
    const { template } = transform(
      {
        Hello: {
          type: "AWS::Serverless::Function",
          properties: {
            ...code,
            Timeout: 5,
            Layers: ["own"],
            Environment: { Variables: { A: { "Fn::Sub": "own" } } },
          },
        },
      },
      {
        globals: {
          Function: {
            Timeout: 3,
            MemorySize: 256,
            Layers: ["global"],
            Environment: { Variables: { A: { Ref: "Global" }, B: "global" } },
          },
        },
      },
    );
    expect(template.resources.Hello?.properties).toMatchObject({
      Timeout: 5,
      MemorySize: 256,
      Layers: ["global", "own"],
      Environment: { Variables: { A: { "Fn::Sub": "own" }, B: "global" } },
    });
  });

  it("refuses sections of Globals that there are not", () => {
    const { errors } = transform({}, { globals: { Functions: {} } });
    expect(errors).toEqual(["Globals.Functions TEMPLATE_PROPERTY_INVALID Globals has no section Functions"]);
  });

  it("makes an implicit API exist when one of its functions does, however many there are", () => {
    const conditions = Array.from({ length: 12 }, (_, index) => `C${index}`);
    const functions = conditions.map((condition, index): [string, Resources[string]] => [
      `F${index}`,
      withEvents({ Get: { Type: "Api", Properties: { Path: `/${index}`, Method: "get" } } }, condition),
    ]);
    const { template } = transform(Object.fromEntries(functions));
    expect(template.resources.ServerlessRestApi?.condition).toBe("ServerlessRestApiCondition");
    const or = (names: readonly string[], ...more: Json[]): JsonObject => ({
      "Fn::Or": [...names.map((name) => ({ Condition: name })), ...more],
    });
    const expected = or(conditions.slice(0, 9), or(conditions.slice(9)));
    expect(template.conditions.ServerlessRestApiCondition).toEqual(expected);
  });

  it("gives all that a WebSocket API becomes the API's condition", () => {
    // SAM's translator 1.110 loses it; a condition that is written is meant.
    const { template } = transform({
      Socket: {
        type: "AWS::Serverless::WebSocketApi",
        condition: "IsLive",
        properties: {
          RouteSelectionExpression: "$request.body.action",
          Routes: { $connect: { FunctionArn: { "Fn::GetAtt": ["Hello", "Arn"] } } },
        },
      },
    });
    expect(Object.keys(template.resources)).toEqual([
      "Socket",
      "SocketConnectRoute",
      "SocketConnectIntegration",
      "SocketConnectPermission",
      "SocketDefaultStage",
    ]);
    expect(Object.values(template.resources).map(({ condition }) => condition)).toEqual(
      Array.from({ length: 5 }, () => "IsLive"),
    );
  });

  it("gives what Holdfast does not run the type that CloudFormation has for it", () => {
    const { template, warnings, errors } = transform({
      Steps: { type: "AWS::Serverless::StateMachine", properties: { Name: "steps" } },
    });
    expect([...errors, ...warnings]).toEqual([]);
    expect(template.resources.Steps?.type).toBe("AWS::StepFunctions::StateMachine");
  });

  it("says which events do not run", () => {
    const { warnings, errors } = transform({
      Hello: withEvents({ Records: { Type: "MSK", Properties: {} } }),
    });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      "Resources.Hello.Properties.Events.Records TEMPLATE_RESOURCE_IGNORED Holdfast does not run events of type MSK: Records never invokes Hello",
    ]);
  });

  it("leaves a document that is included from elsewhere as it is", () => {
    const include = { "Fn::Transform": { Name: "AWS::Include", Parameters: { Location: "openapi.yaml" } } };
    const { template, errors } = transform({
      Api: {
        type: "AWS::Serverless::Api",
        properties: { StageName: "live", DefinitionBody: include, Cors: "'*'" },
      },
    });
    expect(errors).toEqual([]);
    expect(template.resources.Api?.properties.Body).toEqual(include);
  });

  it("says where each mistake is", () => {
    const { errors, warnings } = transform({
      Hello: {
        type: "AWS::Serverless::Function",
        properties: {
          Runtime: "nodejs22.x",
          Memory: 128,
          Policies: ["AWSLambdaRole", { S3ReadPolicy: {} }, { NoSuchPolicy: {} }],
          Events: {
            Wrong: { Type: "Htpp" },
            Get: { Type: "HttpApi", Properties: { Path: "/a" } },
            Elsewhere: {
              Type: "Api",
              Properties: { Path: "/", Method: "get", RestApiId: { Ref: "Nobody" } },
            },
          },
        },
      },
      Other: { type: "AWS::Serverless::Functions" },
    });
    const hello = "Resources.Hello.Properties";
    expect(errors).toEqual([
      `${hello}.Events.Wrong.Type TEMPLATE_PROPERTY_INVALID SAM has no events of type Htpp`,
      `${hello}.Events.Get.Properties TEMPLATE_PROPERTY_INVALID An event of type HttpApi needs the property Method`,
      `${hello}.Events.Elsewhere.Properties.RestApiId TEMPLATE_REFERENCE_INVALID RestApiId must be a Ref of a resource of type AWS::Serverless::Api in this template`,
      `${hello}.Policies.1.S3ReadPolicy TEMPLATE_PROPERTY_INVALID The policy template S3ReadPolicy needs BucketName`,
      `${hello}.Policies.2 TEMPLATE_PROPERTY_INVALID NoSuchPolicy is no policy that SAM knows`,
      `${hello} TEMPLATE_PROPERTY_INVALID "Handler" of Hello is missing`,
      "Resources.Other TEMPLATE_PROPERTY_INVALID SAM has no resource type AWS::Serverless::Functions",
    ]);
    expect(warnings).toEqual([
      `${hello}.Memory TEMPLATE_PROPERTY_INVALID AWS::Serverless::Function has no property Memory`,
    ]);
  });

  it("refuses to make two resources of one logical id", () => {
    const { errors } = transform({
      Hello: { type: "AWS::Serverless::Function", properties: code },
      HelloRole: { type: "AWS::IAM::Role" },
    });
    expect(errors).toEqual([
      "Resources.HelloRole TEMPLATE_INVALID SAM makes a resource with the logical id HelloRole, which is taken",
    ]);
  });
});
