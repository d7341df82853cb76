import { describe, expect, it } from "vitest";
import type { ConditionContext } from "./condition-context.ts";
import { evaluatePolicy, type Decision } from "./policy.ts";
import { readPolicy } from "./read-policy.ts";

const resource = "arn:aws:s3:::photos/ann/1.png";
const context: ConditionContext = {
  values: {
    "aws:SourceIp": "10.0.0.7",
    "aws:SourceArn": "arn:aws:sns:eu-west-1:000000000000:news",
    "aws:CurrentTime": "2026-03-01T12:00:00Z",
    "aws:EpochTime": "1772366400",
    "aws:SecureTransport": "true",
    "aws:PrincipalArn": "arn:aws:iam::000000000000:role/ann",
    "s3:max-keys": "50",
    "dynamodb:LeadingKeys": ["ann", "ben"],
    "dynamodb:Attributes": [],
    "my:star": "*",
    "my:user": "ann",
  },
  isKnown: (key) => !key.startsWith("aws:principaltag/"),
};

function decide(statement: object, version = "2012-10-17"): Decision {
  const reading = readPolicy({
    Version: version,
    Statement: { Effect: "Allow", Action: "s3:*", Resource: "*", ...statement },
  });
  if ("problems" in reading) throw new Error(reading.problems.join("\n"));
  return evaluatePolicy(reading.policy, "s3:GetObject", resource, context);
}

const holds = (Condition: unknown): boolean => decide({ Condition }) === "allow";

describe("a condition", () => {
  it.each<[unknown, boolean]>([
    [{ ArnLike: { "aws:SourceArn": "arn:aws:sns:*:000000000000:new*" } }, true],
    [{ ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:000000000000:news" } }, true],
    // A wildcard stays in its part.
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s*:news" } }, false],
    [{ ArnNotLike: { "aws:SourceArn": "arn:aws:sqs:*:*:*" } }, true],
    [{ NumericLessThanEquals: { "s3:max-keys": "50" } }, true],
    [{ NumericLessThan: { "s3:max-keys": 50 } }, false],
    [{ NumericGreaterThan: { "s3:max-keys": "9" } }, true],
    [{ NumericEquals: { "s3:max-keys": "x" } }, false],
    [{ NumericNotEquals: { "s3:max-keys": "49" } }, true],
    [{ DateGreaterThan: { "aws:CurrentTime": "2026-02-28T23:59:59Z" } }, true],
    [{ DateLessThanEquals: { "aws:CurrentTime": "2026-03-01T12:00:00Z" } }, true],
    [{ DateGreaterThan: { "aws:EpochTime": "2026-03-01T12:00:00Z" } }, false],
    [{ DateEquals: { "aws:EpochTime": "1772366400" } }, true],
    [{ Bool: { "aws:SecureTransport": true } }, true],
    [{ Bool: { "aws:SecureTransport": "false" } }, false],
    [{ BoolIfExists: { "aws:Nothing": "false" } }, true],
    [{ IpAddress: { "aws:SourceIp": ["192.168.0.0/16", "10.0.0.0/29"] } }, true],
    [{ IpAddress: { "aws:SourceIp": "10.0.0.8/29" } }, false],
    [{ IpAddress: { "aws:SourceIp": "10.0.0.7" } }, true],
    [{ IpAddress: { "aws:SourceIp": "2001:db8::/32" } }, false],
    [{ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, false],
    [{ BinaryEquals: { "my:user": "ann" } }, true],
    [{ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["ann", "ben", "cy"] } }, true],
    [{ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["ann"] } }, false],
    [{ "ForAllValues:StringEquals": { "dynamodb:Nothing": ["ann"] } }, true],
    [{ "ForAllValues:StringEquals": { "dynamodb:Attributes": ["ann"] } }, true],
    [{ "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": "b*" } }, true],
    [{ "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": "cy" } }, false],
    [{ "ForAnyValue:StringEquals": { "dynamodb:Nothing": "cy" } }, false],
    [{ "ForAnyValue:StringEqualsIfExists": { "dynamodb:Nothing": "cy" } }, true],
    [{ "ForAllValues:StringNotEquals": { "dynamodb:LeadingKeys": "cy" } }, true],
    [{ "ForAllValues:StringNotEquals": { "dynamodb:LeadingKeys": "ben" } }, false],
    [{ Null: { "dynamodb:Attributes": "true" } }, true],
    [{ StringEquals: { "my:user": "${my:user}" } }, true],
    [{ StringLike: { "aws:PrincipalArn": "*/${my:user}" } }, true],
    [{ StringLike: { "my:user": "${my:star}" } }, false],
    [{ StringEquals: { "my:star": "${*}" } }, true],
    [{ StringEquals: { "my:user": "${my:none, 'ann'}" } }, true],
    [{ StringEquals: { "my:user": "${my:none}" } }, false],
  ])("%j: %s", (condition, isMet) => {
    expect(holds(condition)).toBe(isMet);
  });

  it("about what cannot be known allows nothing, and denies", () => {
    const Condition = { StringNotEquals: { "aws:PrincipalTag/team": "red" } };
    expect(decide({ Condition })).toBe("implicit-deny");
    expect(decide({ Condition: { Null: { "aws:PrincipalTag/team": "true" } } })).toBe("implicit-deny");
    expect(decide({ Effect: "Deny", Condition })).toBe("explicit-deny");
    expect(decide({ Condition: { StringEqualsIfExists: { "aws:PrincipalTag/team": "red" } } })).toBe(
      "implicit-deny",
    );
  });

  it("that fails settles it, whatever else is not known", () => {
    const Condition = { StringEquals: { "aws:PrincipalTag/team": "red", "my:user": "ben" } };
    expect(decide({ Effect: "Deny", Condition })).toBe("implicit-deny");
  });
});

describe("a policy variable in a resource", () => {
  it.each<[string, Decision]>([
    ["arn:aws:s3:::photos/${my:user}/*", "allow"],
    ["arn:aws:s3:::photos/${my:none}/*", "implicit-deny"],
    ["arn:aws:s3:::photos/${my:none, 'ann'}/*", "allow"],
    // The value is no pattern.
    ["arn:aws:s3:::photos/${my:star}", "implicit-deny"],
    ["arn:aws:s3:::photos/${aws:PrincipalTag/team}/*", "implicit-deny"],
  ])("%s: %s", (Resource, decision) => {
    expect(decide({ Resource })).toBe(decision);
  });

  it("that is not known keeps a denial", () => {
    expect(decide({ Effect: "Deny", Resource: "arn:aws:s3:::${aws:PrincipalTag/team}/*" })).toBe(
      "explicit-deny",
    );
    const NotResource = "arn:aws:s3:::photos/${my:none}/*";
    expect(decide({ Resource: undefined, NotResource })).toBe("implicit-deny");
  });

  it("is text in the older version", () => {
    expect(decide({ Resource: "arn:aws:s3:::photos/${my:user}/*" }, "2008-10-17")).toBe("implicit-deny");
  });
});
