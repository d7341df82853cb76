import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { validateModel } from "../../model/validate.ts";
import type { Reading } from "../../ports/frontend.ts";
import { createTemplateFrontend, type TemplateFrontendOptions, type TemplateSource } from "./frontend.ts";

let appDir = "";

beforeEach(async () => {
  appDir = await mkdtemp(path.join(tmpdir(), "holdfast-template-"));
});
afterEach(() => rm(appDir, { recursive: true }));

async function read(
  source: TemplateSource,
  options: Partial<Pick<TemplateFrontendOptions, "parameters" | "parametersFile" | "importsFile">> = {},
): Promise<Reading> {
  const frontend = createTemplateFrontend({
    buildDir: path.join(appDir, ".holdfast/build"),
    check: validateModel,
    place: { region: "us-east-1", accountId: "000000000000", stage: "dev" },
    parameters: {},
    environment: process.env,
    ...options,
    ...source,
  });
  try {
    return await frontend.read();
  } finally {
    await frontend.close();
  }
}

async function readText(
  text: string,
  ...options: Parameters<typeof read> extends [unknown, ...infer O] ? O : never
) {
  const file = path.join(appDir, "template.yaml");
  await writeFile(file, text);
  return read({ kind: "template", appDir, file }, ...options);
}

const api = `
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action }
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Api, StageName: v1, AutoDeploy: true }
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/\${Integration}" }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Fn.Arn}/invocations
`;
const fn = `
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      Code: { ZipFile: "exports.handler = async () => ({ statusCode: 200 });" }
`;

describe("createTemplateFrontend", () => {
  it("reads a template with inline code", async () => {
    const { model, diagnostics, inputs, codeRevisions } = await readText(`Resources:${api}${fn}`);
    expect(diagnostics).toEqual([]);
    expect(model?.webSocketApis).toMatchObject([{ name: "chat", stage: "v1" }]);
    expect(model?.functions).toMatchObject([
      { name: "Fn", runtime: "nodejs22.x", code: { kind: "handler", handler: "index.handler" } },
    ]);
    expect(inputs).toEqual([path.join(appDir, "template.yaml")]);
    expect(Object.keys(codeRevisions ?? {})).toEqual(["Fn"]);
  });

  it("says every problem with its place, those of the model too", async () => {
    const { model, diagnostics } = await readText(`Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Ref Nothing
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Fn:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs22.x, Handler: a.b, Role: x, Code: ./nowhere }
`);
    expect(model).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "TEMPLATE_REFERENCE_INVALID", place: { line: 5 } },
      { code: "FUNCTION_CODE_INVALID", place: { line: 10 } },
    ]);
    expect(diagnostics[1]?.message).toContain("there is no ");
  });

  it("takes parameters from a file, and those that are given before them", async () => {
    const file = path.join(appDir, "parameters.json");
    await writeFile(file, '{ "Name": "from-file", "Other": "kept" }');
    const template = `
Parameters: { Name: { Type: String }, Other: { Type: String } }
Outputs: { Both: { Value: !Sub "\${Name} \${Other}" } }
Resources:${api}${fn}`;
    const { model } = await readText(template, { parameters: { Name: "given" }, parametersFile: file });
    expect(model?.outputs).toEqual([{ name: "Both", value: "given kept" }]);
    const missing = await readText(template);
    expect(missing.diagnostics.map(({ code }) => code)).toEqual(Array(2).fill("TEMPLATE_PARAMETER_MISSING"));
  });

  it("reads the stacks of an assembly after those that they depend on, and what they import", async () => {
    const stack = (templateFile: string, stackName: string, dependencies: string[] = []) => ({
      type: "aws:cloudformation:stack",
      properties: { templateFile, stackName },
      dependencies,
    });
    const folder = path.join(appDir, "cdk.out");
    await mkdir(folder);
    const files = {
      "manifest.json": {
        artifacts: { B: stack("b.template.json", "stack-b", ["A"]), A: stack("a.template.json", "stack-a") },
      },
      "a.template.json": {
        Resources: { Topic: { Type: "AWS::SNS::Topic" } },
        Outputs: { Arn: { Value: { Ref: "Topic" }, Export: { Name: "a:topic" } } },
      },
      "b.template.json": {
        Resources: { Parameter: parameterOf({ "Fn::ImportValue": "a:topic" }) },
      },
    };
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(folder, name), JSON.stringify(content));
    const { model, diagnostics } = await read({ kind: "assembly", appDir, folder });
    expect(diagnostics).toEqual([]);
    expect(model?.parameters).toMatchObject([{ value: "arn:aws:sns:us-east-1:000000000000:Topic" }]);
  });

  it("gives each stack the parameters that it declares, and says once what none does", async () => {
    const folder = path.join(appDir, "cdk.out");
    await mkdir(folder);
    const stack = (templateFile: string) => ({
      type: "aws:cloudformation:stack",
      properties: { templateFile },
    });
    const template = (name: string) => ({
      Parameters: { [name]: { Type: "String" } },
      Resources: { Parameter: { ...parameterOf({ Ref: name }) } },
    });
    const files = {
      "manifest.json": { artifacts: { A: stack("a.template.json"), B: stack("b.template.json") } },
      "a.template.json": template("One"),
      "b.template.json": template("Two"),
    };
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(folder, name), JSON.stringify(content));
    const source = { kind: "assembly", appDir, folder } as const;
    const { diagnostics } = await read(source, { parameters: { One: "1", Two: "2", Three: "3" } });
    // Both stacks have a parameter /topic, which is no concern of this test.
    expect(diagnostics.map(({ message }) => message)).toEqual(["The template has no parameter Three"]);
  });

  it("a nested stack's exports are there for those that come after it", async () => {
    await writeFile(
      path.join(appDir, "child.yaml"),
      "Resources: { T: { Type: AWS::SNS::Topic } }\nOutputs: { O: { Value: !Ref T, Export: { Name: topic } } }",
    );
    const { model, diagnostics } = await readText(`Resources:
  Child: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: child.yaml } }
  Again: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: child.yaml } }
  Parameter: { Type: AWS::SSM::Parameter, Properties: { Name: x, Type: String, Value: !ImportValue topic } }
  Other: { Type: AWS::SSM::Parameter, Properties: { Name: y, Type: String, Value: !GetAtt Child.Outputs.O } }
`);
    expect(diagnostics).toEqual([]);
    const appName = path.basename(appDir);
    expect(model?.topics.map(({ name }) => name)).toEqual(["T", `${appName}-Again-T`]);
    expect(model?.parameters.at(1)?.value).toBe("arn:aws:sns:us-east-1:000000000000:T");
  });

  it("nested templates and documents that are not there are told so once, and watched for", async () => {
    const { diagnostics, inputs } = await readText(`Transform: AWS::Serverless-2016-10-31
Resources:
  Child: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: child.yaml } }
  Itself: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: template.yaml } }
  Rest: { Type: AWS::Serverless::Api, Properties: { StageName: v1, DefinitionUri: api.yaml } }
  Fn: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, Handler: a.b, CodeUri: src } }
`);
    expect(diagnostics).toMatchObject([
      { severity: "error", code: "TEMPLATE_INVALID", place: { line: 3 } },
      { severity: "error", code: "TEMPLATE_INVALID", place: { line: 4 } },
      { severity: "error", code: "TEMPLATE_INVALID", place: { line: 5 } },
      { severity: "error", code: "FUNCTION_CODE_INVALID", place: { line: 6 } },
    ]);
    const watched = inputs.map((file) => path.relative(appDir, file));
    expect(watched).toEqual(["template.yaml", "api.yaml", "child.yaml", "src"]);
  });

  it("says of what does not exist, and of outputs that a nested stack lacks, why there is no value", async () => {
    await writeFile(path.join(appDir, "child.yaml"), "Resources: { T: { Type: AWS::SNS::Topic } }");
    const { diagnostics } = await readText(`Conditions: { Never: !Equals [a, b] }
Resources:
  Child: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: child.yaml } }
  Topic: { Type: AWS::SNS::Topic, Condition: Never }
  One: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !Ref Topic } }
  Two: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !GetAtt Topic.TopicName } }
  Three: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !GetAtt Child.Outputs.Arn } }
`);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Topic does not exist here, as its condition Never does not hold",
      "Topic does not exist here, as its condition Never does not hold",
      expect.stringContaining("The nested stack Child has no output Arn"),
    ]);
  });

  it("takes the code of a CDK app's functions from its assets", async () => {
    const cdk = fileURLToPath(
      new URL("../../../test/existing-apps/cdk-noughts-and-crosses", import.meta.url),
    );
    const { model, diagnostics } = await read({
      kind: "assembly",
      appDir: cdk,
      folder: path.join(cdk, "cdk.out"),
    });
    expect(diagnostics).toEqual([]);
    expect(model?.functions.map(({ code }) => code)).toMatchObject(
      ["join", "play", "start"].map((name) => ({
        dir: expect.stringMatching(/^cdk\.out\/asset\.[0-9a-f]{64}$/),
        handler: `${name}.handler`,
      })),
    );
  });

  it("a CDK app without a cdk is read as it was synthesized last", async () => {
    await mkdir(path.join(appDir, "cdk.out"));
    await writeFile(path.join(appDir, "cdk.out/manifest.json"), '{"artifacts":{}}');
    expect(await read({ kind: "cdk-app", appDir })).toMatchObject({
      model: { functions: [] },
      diagnostics: [{ severity: "warning", code: "RUNTIME_MISSING" }],
    });
  });

  it("a folder that holds no assembly, and a CDK app without a cdk, are told so", async () => {
    const none = await read({ kind: "assembly", appDir, folder: appDir });
    expect(none).toMatchObject({ diagnostics: [{ code: "TEMPLATE_INVALID" }] });
    const app = await read({ kind: "cdk-app", appDir });
    expect(app).toMatchObject({
      diagnostics: [{ code: "RUNTIME_MISSING", hint: expect.stringContaining("npm install") }],
      inputs: [path.join(appDir, "cdk.json"), appDir],
    });
  });
});

function parameterOf(value: unknown) {
  return { Type: "AWS::SSM::Parameter", Properties: { Name: "/topic", Type: "String", Value: value } };
}
