import { expect, it } from "vitest";
import { resourceSet } from "../../../../test/cloudformation/resource-set.ts";
import { reportIgnored } from "./ignored.ts";
import { checkLogGroups } from "./log-groups.ts";
import { readParameters } from "./parameters.ts";

it("what is made up of a resource is said with it", () => {
  const { set, diagnostics } = resourceSet({
    Pool: { Type: "AWS::Cognito::UserPool" },
    Name: {
      Type: "AWS::SSM::Parameter",
      Properties: { Type: "String", Value: { "Fn::GetAtt": ["Pool", "ProviderName"] } },
    },
  });
  reportIgnored(set);
  expect(diagnostics).toMatchObject([
    {
      path: "Resources/Pool",
      message: expect.stringMatching(/; what refers to it gets a made-up ProviderName$/),
    },
  ]);
});

it("what is not run is said with what follows from it, and harmless kinds are passed over", () => {
  const { set, diagnostics } = resourceSet({
    Pool: { Type: "AWS::Cognito::UserPool" },
    Nested: { Type: "AWS::CloudFormation::Stack" },
    Odd: { Type: "AWS::Odd::Thing" },
    Custom: { Type: "Custom::Thing" },
    Games: { Type: "AWS::DynamoDB::Table" },
    Api: { Type: "AWS::ApiGatewayV2::Api" },
    Role: { Type: "AWS::IAM::Role" },
    Metadata: { Type: "AWS::CDK::Metadata" },
    Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
  });
  reportIgnored(set);
  expect(diagnostics.map(({ severity, path, message }) => [severity, path, message])).toEqual([
    [
      "warning",
      "Resources/Pool",
      "Pool (AWS::Cognito::UserPool) is not run: users cannot sign in, and tokens cannot be issued",
    ],
    [
      "warning",
      "Resources/Nested",
      "Nested (AWS::CloudFormation::Stack) is not run: its template is on AWS, not in a file beside this one, so its resources are not there",
    ],
    ["warning", "Resources/Odd", "Odd (AWS::Odd::Thing) is not run: what refers to it will not find it"],
    ["warning", "Resources/Custom", "Custom (Custom::Thing) is not run: its provider is not called"],
  ]);
});

it("parameters and log groups are read", () => {
  const { set, draft, diagnostics } = resourceSet({
    Endpoint: { Type: "AWS::SSM::Parameter", Properties: { Name: "/chat", Type: "String", Value: 5 } },
    Secure: { Type: "AWS::SSM::Parameter", Properties: { Type: "SecureString" } },
    Logs: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 2 } },
    Kept: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: "7" } },
  });
  readParameters(set, draft);
  checkLogGroups(set);
  expect(draft.parameters).toEqual([{ name: "/chat", type: "String", value: "5" }]);
  expect(diagnostics.map(({ path }) => path)).toEqual([
    "Resources/Secure/Properties/Value",
    "Resources/Secure/Properties/Type",
    "Resources/Logs/Properties/RetentionInDays",
  ]);
});
