import { describe, expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readQuietly,
  reportedIn,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";
import { sampleFunctionResource } from "../../../../../test/cloudformation/resource-set.ts";
import type { Integration } from "../../../../model/app-model.ts";
import type { Json } from "../../template/template.ts";

type Properties = Readonly<Record<string, Json>>;

const read = (
  properties: Properties,
  others: Parameters<typeof readQuietly>[0] = {},
): Integration | undefined =>
  readQuietly({ ...chat, SayIntegration: v2("Integration", properties), ...others }).routes[0]?.integration;
const plain = {
  requestParameters: {},
  requestTemplates: {},
  passthrough: "when-no-match",
  responses: [],
} as const;

describe("a function is found", () => {
  const forms: readonly [string, Json][] = [
    ["an invocation's URI", invocationOf("Talk")],
    ["an ARN", { "Fn::GetAtt": ["Talk", "Arn"] }],
    ["an alias", "arn:aws:lambda:eu-central-1:000000000000:function:Talk:live"],
    ["an ARN of another account and region", "arn:aws:lambda:us-west-2:123456789012:function:Talk"],
    [
      "a stage variable",
      "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:000000000000:function:${stageVariables.name}/invocations",
    ],
  ];
  it.each(forms)("by %s", (_form, IntegrationUri) => {
    const { Live } = withProperties(chat, { Live: { StageVariables: { name: "Talk" } } });
    const integration = read({ IntegrationType: "AWS_PROXY", IntegrationUri }, Live && { Live });
    expect(integration).toEqual({ kind: "function", function: "Talk", proxy: true });
  });

  it("by its own name, which the model has", () => {
    const Talk = sampleFunctionResource({ FunctionName: "my-talk" });
    const integration = read(
      { IntegrationType: "AWS_PROXY", IntegrationUri: invocationOf("Talk") },
      { Talk },
    );
    expect(integration).toMatchObject({ function: "my-talk" });
  });

  it("not by a stage variable that is not set", () => {
    const IntegrationUri = "arn:aws:lambda:eu-central-1:000000000000:function:${stageVariables.name}";
    expect(reportedIn(withProperties(chat, { SayIntegration: { IntegrationUri } }))).toEqual([
      expect.stringMatching(/^error Say\/Properties\/Target: .*no variable "name"$/),
    ]);
  });
});

it("a proxy keeps its timeout, and gets its event without mappings", () => {
  const proxy = {
    IntegrationType: "AWS_PROXY",
    IntegrationMethod: "POST",
    IntegrationUri: invocationOf("Talk"),
    ContentHandlingStrategy: "CONVERT_TO_TEXT",
    PassthroughBehavior: "WHEN_NO_MATCH",
    TimeoutInMillis: "5000",
  };
  const response = v2("IntegrationResponse", {
    IntegrationId: { Ref: "SayIntegration" },
    IntegrationResponseKey: "/200/",
  });
  expect(read(proxy, { response })).toEqual({
    kind: "function",
    function: "Talk",
    proxy: true,
    timeoutMs: 5000,
  });
});

it("a function behind templates has its responses", () => {
  const custom = {
    IntegrationType: "AWS",
    IntegrationUri: invocationOf("Talk"),
    ContentHandlingStrategy: "CONVERT_TO_BINARY",
    PassthroughBehavior: "NEVER",
    RequestParameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
    RequestTemplates: { $default: '{"text": "$input.body"}' },
    TemplateSelectionExpression: "\\$default",
  };
  const response = (properties: Properties) =>
    v2("IntegrationResponse", { IntegrationId: { Ref: "SayIntegration" }, ...properties });
  const responses = {
    First: response({ IntegrationResponseKey: "/5\\d\\d/", ResponseTemplates: { $default: "failed" } }),
    Second: response({
      IntegrationResponseKey: "$default",
      ResponseParameters: { "integration.response.header.x": "'1'" },
      ContentHandlingStrategy: "CONVERT_TO_TEXT",
      TemplateSelectionExpression: "${request.body.kind}",
    }),
  };
  expect(read(custom, responses)).toEqual({
    kind: "function",
    function: "Talk",
    proxy: false,
    mapping: {
      requestParameters: custom.RequestParameters,
      requestTemplates: custom.RequestTemplates,
      templateSelectionExpression: "\\$default",
      passthrough: "never",
      contentHandling: "to-binary",
      responses: [
        { key: "/5\\d\\d/", templates: { $default: "failed" }, parameters: {} },
        {
          key: "$default",
          templates: {},
          parameters: { "integration.response.header.x": "'1'" },
          contentHandling: "to-text",
          templateSelectionExpression: "${request.body.kind}",
        },
      ],
    },
  });
});

describe("a service", () => {
  const service = (uri: string, more: Properties = {}): Properties => ({
    IntegrationType: "AWS",
    IntegrationUri: `arn:aws:apigateway:eu-central-1:${uri}`,
    ...more,
  });

  it("is called by its action", () => {
    const RequestTemplates = { "application/json": "{}" };
    expect(read(service("dynamodb:action/PutItem", { RequestTemplates }))).toEqual({
      kind: "service",
      service: "dynamodb",
      action: "PutItem",
      mapping: { ...plain, requestTemplates: RequestTemplates },
    });
  });

  it("is called by a queue's path, with the action that its template names", () => {
    const RequestTemplates = { $default: "Action=SendMessage&MessageBody=$input.body" };
    const queue = "integration.request.querystring.QueueUrl";
    expect(read(service("sqs:path/000000000000/jobs", { RequestTemplates }))).toEqual({
      kind: "service",
      service: "sqs",
      action: "SendMessage",
      mapping: {
        ...plain,
        requestTemplates: RequestTemplates,
        requestParameters: { [queue]: "'https://sqs.eu-central-1.amazonaws.com/000000000000/jobs'" },
      },
    });
  });

  it("is called with the action of a parameter", () => {
    const RequestParameters = { "integration.request.querystring.Action": "'Publish'" };
    expect(read(service("sns:path//", { RequestParameters }))).toMatchObject({
      service: "sns",
      action: "Publish",
    });
  });

  it.each(["s3:path/bucket/key", "sqs:path/000000000000/jobs", "nonsense"])(
    "cannot be called by %s",
    (uri) => {
      expect(reportedIn(withProperties(chat, { SayIntegration: service(uri) }))).toEqual([
        expect.stringMatching(/^error Say\/Properties\/Target: .*cannot run/),
      ]);
    },
  );
});

describe("other integrations", () => {
  it("are MOCK, which nothing stands behind", () => {
    const RequestTemplates = { "application/json": '{"statusCode": 200}' };
    expect(read({ IntegrationType: "MOCK" })).toEqual({ kind: "mock" });
    expect(read({ IntegrationType: "MOCK", RequestTemplates })).toEqual({
      kind: "mock",
      mapping: { ...plain, requestTemplates: RequestTemplates },
    });
  });

  it("are HTTP backends", () => {
    const IntegrationUri = "https://${stageVariables.host}/in";
    expect(read({ IntegrationType: "HTTP_PROXY", IntegrationMethod: "PUT", IntegrationUri })).toEqual({
      kind: "http",
      proxy: true,
      method: "PUT",
      uri: IntegrationUri,
    });
    expect(read({ IntegrationType: "HTTP", IntegrationUri })).toMatchObject({ proxy: false, method: "POST" });
  });

  it.each<[string, Properties, RegExp]>([
    ["an unknown type", { IntegrationType: "LAMBDA" }, /^error Say\/.*IntegrationType is "LAMBDA"$/],
    ["no type", {}, /^error SayIntegration\/Properties\/IntegrationType: .*missing$/],
    ["no URI", { IntegrationType: "HTTP" }, /^error SayIntegration\/Properties\/IntegrationUri: .*missing$/],
    [
      "a VPC link",
      { IntegrationType: "HTTP_PROXY", IntegrationUri: "http://inside/", ConnectionType: "VPC_LINK" },
      /^warning SayIntegration\/Properties\/ConnectionType: .*from this machine/,
    ],
    [
      "a method that no function is invoked by",
      { IntegrationType: "AWS_PROXY", IntegrationUri: invocationOf("Talk"), IntegrationMethod: "GET" },
      /^warning SayIntegration\/Properties\/IntegrationMethod: .*POST only/,
    ],
    [
      "a conversion that there is not",
      { IntegrationType: "MOCK", ContentHandlingStrategy: "CONVERT" },
      /^error SayIntegration\/Properties\/ContentHandlingStrategy/,
    ],
  ])("with %s are reported", (_what, properties, message) => {
    expect(reportedIn({ ...chat, SayIntegration: v2("Integration", properties) })).toEqual([
      expect.stringMatching(message),
    ]);
  });
});
