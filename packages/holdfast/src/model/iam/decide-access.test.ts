import { describe, expect, it } from "vitest";
import { decideAccess, type Verdict } from "./decide-access.ts";
import type { Policy } from "./policy.ts";
import type { Requester } from "./principal.ts";
import { readPolicy, type PolicyOwner } from "./read-policy.ts";

const accountId = "000000000000";
const roleArn = `arn:aws:iam::${accountId}:role/service/worker`;
const sessionArn = `arn:aws:sts::${accountId}:assumed-role/worker/work`;
const worker: Requester = { kind: "role", accountId, roleArn, sessionArn };
const topic: Requester = { kind: "service", service: "sns.amazonaws.com" };
const queue = `arn:aws:sqs:us-east-1:${accountId}:jobs`;
const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue };

function read(owner: PolicyOwner, ...Statement: readonly object[]): Policy {
  const reading = readPolicy({ Version: "2012-10-17", Statement }, owner);
  if ("problems" in reading) throw new Error(reading.problems.join("\n"));
  return reading.policy;
}

function decide(identity: readonly object[], ofQueue: readonly object[], who: Requester = worker): Verdict {
  const values = { "aws:SourceArn": `arn:aws:sns:us-east-1:${accountId}:news` };
  return decideAccess({ action: "sqs:SendMessage", resource: queue, context: { values } }, who, {
    identity: [read("identity", ...identity)],
    resource: read("resource", ...ofQueue),
  });
}

const allowed: Verdict = { decision: "allow" };
const notAllowed: Verdict = { decision: "implicit-deny" };

describe("access to a resource with a policy", () => {
  it("is allowed by either policy", () => {
    expect(decide([send], [])).toEqual(allowed);
    expect(decide([], [{ ...send, Principal: { AWS: roleArn } }])).toEqual(allowed);
    expect(decide([], [])).toEqual(notAllowed);
  });

  it("is denied by either, whatever the other allows", () => {
    const deny = { ...send, Effect: "Deny" };
    expect(decide([send, deny], [])).toEqual({ decision: "explicit-deny", in: "identity" });
    expect(decide([send], [{ ...deny, Principal: "*" }])).toEqual({
      decision: "explicit-deny",
      in: "resource",
    });
  });

  it.each<[unknown, Verdict]>([
    ["*", allowed],
    [{ AWS: "*" }, allowed],
    [{ AWS: ["1", sessionArn] }, allowed],
    // The account leaves it to its own policies.
    [{ AWS: accountId }, notAllowed],
    [{ AWS: `arn:aws:iam::${accountId}:root` }, notAllowed],
    [{ AWS: "111111111111" }, notAllowed],
    [{ Service: "sns.amazonaws.com" }, notAllowed],
    [{ Federated: "cognito-identity.amazonaws.com" }, notAllowed],
  ])("for %j", (Principal, verdict) => {
    expect(decide([], [{ ...send, Principal }])).toEqual(verdict);
  });

  it("may be denied to an account, and to all but some", () => {
    const deny = { ...send, Effect: "Deny" };
    const denied: Verdict = { decision: "explicit-deny", in: "resource" };
    expect(decide([send], [{ ...deny, Principal: { AWS: accountId } }])).toEqual(denied);
    expect(decide([send], [{ ...deny, NotPrincipal: { AWS: [roleArn, accountId] } }])).toEqual(allowed);
    // Its account must be named beside the role.
    expect(decide([send], [{ ...deny, NotPrincipal: { AWS: roleArn } }])).toEqual(denied);
    expect(decide([send], [{ ...deny, NotPrincipal: { AWS: "111111111111" } }])).toEqual(denied);
  });

  it("of a service is what the resource's policy allows, under its conditions", () => {
    const ofNews = { ArnEquals: { "aws:SourceArn": `arn:aws:sns:us-east-1:${accountId}:news` } };
    const ofOther = { ArnEquals: { "aws:SourceArn": `arn:aws:sns:us-east-1:${accountId}:other` } };
    const letsTopic = { ...send, Principal: { Service: "sns.amazonaws.com" } };
    expect(decide([], [{ ...letsTopic, Condition: ofNews }], topic)).toEqual(allowed);
    expect(decide([], [{ ...letsTopic, Condition: ofOther }], topic)).toEqual(notAllowed);
    expect(decide([], [{ ...send, Principal: { Service: "s3.amazonaws.com" } }], topic)).toEqual(notAllowed);
  });
});

describe("a resource's policy", () => {
  it.each<[object, string]>([
    [{}, "it needs either Principal or NotPrincipal"],
    [{ Principal: "me" }, 'Principal is neither "*" nor an object'],
    [{ Principal: { Human: "me" } }, "Principal has the kind Human"],
    [{ Principal: { AWS: {} } }, "a kind that is neither text nor a list of texts"],
  ])("%j cannot be used: %s", (part, problem) => {
    const reading = readPolicy({ Statement: { ...send, ...part } }, "resource");
    expect("problems" in reading ? reading.problems.join("\n") : "").toContain(problem);
  });
});
