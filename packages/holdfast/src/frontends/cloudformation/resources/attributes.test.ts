import { describe, expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import { apiId } from "../../../model/names.ts";
import { attributeOf, refOf } from "./attributes.ts";

const of = (resource: SampleResource, others: Readonly<Record<string, SampleResource>> = {}) => {
  const { naming, diagnostics } = resourceSet({ Thing: resource, ...others });
  const named = naming.resource("Thing");
  if (named === undefined) throw new Error("no such resource");
  return {
    ref: refOf(named, naming),
    attribute: (name: string) => attributeOf(named, name, naming),
    diagnostics,
    madeUp: () => naming.madeUpOf("Thing"),
  };
};

describe("Ref and GetAtt", () => {
  it.each<[SampleResource, unknown, Readonly<Record<string, unknown>>]>([
    [
      sampleFunctionResource({ FunctionName: "join" }),
      "join",
      { Arn: "arn:aws:lambda:eu-central-1:000000000000:function:join", Nothing: undefined },
    ],
    [
      { Type: "AWS::Lambda::Version", Properties: { FunctionName: "join" } },
      "arn:aws:lambda:eu-central-1:000000000000:function:join:1",
      { Version: "1" },
    ],
    [
      { Type: "AWS::Lambda::Alias", Properties: { FunctionName: { Ref: "F" }, Name: "live" } },
      "arn:aws:lambda:eu-central-1:000000000000:function:F:live",
      {},
    ],
    [{ Type: "AWS::Lambda::LayerVersion" }, "arn:aws:lambda:eu-central-1:000000000000:layer:Thing:1", {}],
    [
      { Type: "AWS::DynamoDB::Table", Properties: { StreamSpecification: { StreamViewType: "NEW_IMAGE" } } },
      "Thing",
      {
        Arn: "arn:aws:dynamodb:eu-central-1:000000000000:table/Thing",
        StreamArn: "arn:aws:dynamodb:eu-central-1:000000000000:table/Thing/stream/2020-01-01T00:00:00.000",
      },
    ],
    [{ Type: "AWS::DynamoDB::Table" }, "Thing", { StreamArn: undefined }],
    [
      { Type: "AWS::S3::Bucket" },
      "thing",
      {
        Arn: "arn:aws:s3:::thing",
        DomainName: "thing.s3.amazonaws.com",
        RegionalDomainName: "thing.s3.eu-central-1.amazonaws.com",
        WebsiteURL: "http://thing.s3-website.eu-central-1.amazonaws.com",
      },
    ],
    [
      { Type: "AWS::SNS::Topic", Properties: { FifoTopic: "true" } },
      "arn:aws:sns:eu-central-1:000000000000:Thing.fifo",
      { TopicName: "Thing.fifo", TopicArn: "arn:aws:sns:eu-central-1:000000000000:Thing.fifo" },
    ],
    [
      { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs" } },
      "https://sqs.eu-central-1.amazonaws.com/000000000000/jobs",
      { Arn: "arn:aws:sqs:eu-central-1:000000000000:jobs", QueueName: "jobs" },
    ],
    [
      { Type: "AWS::IAM::Role", Properties: { Path: "/app/" } },
      "Thing",
      { Arn: "arn:aws:iam::000000000000:role/app/Thing", RoleId: expect.stringMatching(/^AROA\w{17}$/) },
    ],
    [
      { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/chat" } },
      "/chat",
      { Arn: "arn:aws:logs:eu-central-1:000000000000:log-group:/chat:*" },
    ],
    [
      { Type: "AWS::SSM::Parameter", Properties: { Name: "/chat", Type: "String", Value: { Ref: "F" } } },
      "/chat",
      { Type: "String", Value: "F" },
    ],
    [{ Type: "AWS::ApiGatewayV2::Stage", Properties: { StageName: "live" } }, "live", {}],
    [{ Type: "AWS::ApiGatewayV2::Route" }, "Thing", { RouteId: "Thing" }],
  ])("%j", (resource, ref, attributes) => {
    const thing = of(resource, { F: sampleFunctionResource() });
    expect(thing.ref).toEqual(ref);
    const found = Object.keys(attributes).map((name) => [name, thing.attribute(name)]);
    expect(Object.fromEntries(found)).toEqual(attributes);
    expect(thing.diagnostics).toEqual([]);
  });

  it("of a WebSocket API is the id that the model derives from its name", () => {
    const api = (Name: string, ProtocolType = "WEBSOCKET") =>
      of({ Type: "AWS::ApiGatewayV2::Api", Properties: { Name, ProtocolType } });
    const id = apiId("app", "chat");
    expect(api("chat").ref).toBe(id);
    expect(api("chat").attribute("ApiEndpoint")).toBe(`wss://${id}.execute-api.eu-central-1.amazonaws.com`);
    expect(api("My chat").ref).toBe(apiId("app", "Thing"));
    expect(api("chat", "HTTP").ref).not.toBe(id);
    expect(api("chat", "HTTP").attribute("ApiEndpoint")).toMatch(/^https:/);
  });

  it("of a kind that is not known is made up, the same each time, and noted once", () => {
    const pool = of({ Type: "AWS::Cognito::UserPool" });
    expect(pool.ref).toBe("Thing");
    expect(pool.attribute("ProviderURL")).toBe("Thing-ProviderURL-is-not-run-here");
    expect(pool.attribute("ProviderURL")).toBe("Thing-ProviderURL-is-not-run-here");
    expect(pool.attribute("Arn")).toBe("arn:aws:cognito:eu-central-1:000000000000:Thing-is-not-run-here");
    expect(pool.madeUp()).toEqual(["ProviderURL", "Arn"]);
    const harmless = of({ Type: "AWS::IAM::InstanceProfile" });
    harmless.attribute("Arn");
    expect(harmless.madeUp()).toEqual([]);
  });
});

describe("names", () => {
  it("may hold other resources' names", () => {
    const { naming } = resourceSet({
      Games: {
        Type: "AWS::DynamoDB::Table",
        Properties: { TableName: { "Fn::Sub": "${AWS::StackName}-games" } },
      },
      Copy: { Type: "AWS::S3::Bucket", Properties: { BucketName: { "Fn::Sub": "copy-of-${Games}" } } },
    });
    const copy = naming.resource("Copy");
    expect(copy && refOf(copy, naming)).toBe("copy-of-app-games");
  });

  it("that lead in a circle are an error, said once", () => {
    const { diagnostics } = resourceSet({
      A: { Type: "AWS::S3::Bucket", Properties: { BucketName: { "Fn::Sub": "x-${B}" } } },
      B: { Type: "AWS::S3::Bucket", Properties: { BucketName: { "Fn::Sub": "y-${A}" } } },
    });
    expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([
      ["TEMPLATE_REFERENCE_INVALID", "Resources/B/Properties/BucketName"],
    ]);
  });

  it("made of long logical ids are cut, and stay apart", () => {
    const name = (last: string) => {
      const id = `${"Long".repeat(20)}${last}`;
      const { naming } = resourceSet({ [id]: sampleFunctionResource() });
      const found = naming.resource(id);
      return found === undefined ? "" : refOf(found, naming);
    };
    expect(name("A")).toHaveLength(64);
    expect(name("A")).not.toBe(name("B"));
  });
});
