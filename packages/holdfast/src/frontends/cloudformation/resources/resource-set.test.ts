import { expect, it } from "vitest";
import { resourceSet, sampleFunctionResource } from "../../../../test/cloudformation/resource-set.ts";
import { propertiesOf } from "./properties.ts";
import { existingResources } from "./resource-set.ts";

it("find follows Refs, names, ARNs and qualifiers to a resource of a type that is asked for", () => {
  const { set } = resourceSet({
    Join: sampleFunctionResource({ FunctionName: "join" }),
    Live: { Type: "AWS::Lambda::Alias", Properties: { FunctionName: { Ref: "Join" }, Name: "live" } },
    Jobs: { Type: "AWS::SQS::Queue" },
    Games: { Type: "AWS::DynamoDB::Table", Properties: { StreamSpecification: {} } },
    Uploads: { Type: "AWS::S3::Bucket" },
  });
  const arn = "arn:aws:lambda:eu-central-1:000000000000:function:join";
  const found = (value: unknown, ...types: string[]) => set.find(value, ...types)?.logicalId;
  for (const value of ["join", arn, `${arn}:live`, `${arn}:$LATEST`, "join:7", "000000000000:function:join"])
    expect([value, found(value, "AWS::Lambda::Function")]).toEqual([value, "Join"]);
  expect(found(`${arn}:live`, "AWS::Lambda::Alias")).toBe("Live");
  for (const value of [
    "Jobs",
    "https://sqs.eu-central-1.amazonaws.com/000000000000/Jobs",
    "arn:aws:sqs:eu-central-1:000000000000:Jobs",
  ])
    expect(found(value)).toBe("Jobs");
  expect(found("arn:aws:dynamodb:eu-central-1:000000000000:table/Games/stream/2020-01-01T00:00:00.000")).toBe(
    "Games",
  );
  expect(found("arn:aws:s3:::uploads/*")).toBe("Uploads");
  expect(found("Join")).toBeUndefined();
  expect(found("join", "AWS::SQS::Queue")).toBeUndefined();
  expect(found({ Ref: "Join" })).toBeUndefined();
});

it("what could not be resolved is not missed as well", () => {
  const { set, diagnostics } = resourceSet({
    T: {
      Type: "AWS::SNS::Topic",
      Properties: { Unresolved: { Ref: "Nobody" }, Left: { Ref: "AWS::NoValue" } },
    },
  });
  const [topic] = set.ofType("AWS::SNS::Topic");
  if (topic === undefined) throw new Error("no topic");
  propertiesOf(topic, set.problems).require("Unresolved", "Left", "Never");
  expect(diagnostics.map(({ code, path }) => [code, path.split("/").at(-1)])).toEqual([
    ["TEMPLATE_REFERENCE_INVALID", "Unresolved"],
    ["TEMPLATE_PROPERTY_INVALID", "Left"],
    ["TEMPLATE_PROPERTY_INVALID", "Never"],
  ]);
});

it("resources exist whose conditions hold", () => {
  const resource = { type: "AWS::SNS::Topic", properties: {}, metadata: {}, dependsOn: [] };
  const conditions = new Map([
    ["Yes", true],
    ["No", false],
  ]);
  const existing = existingResources(
    {
      A: resource,
      B: { ...resource, condition: "Yes" },
      C: { ...resource, condition: "No" },
      D: { ...resource, condition: "What" },
    },
    (name) => conditions.get(name),
  );
  expect(Object.keys(existing)).toEqual(["A", "B", "D"]);
});
