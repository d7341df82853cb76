import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "./glob.ts";
import { evaluatePolicy, type Decision, type Policy } from "./policy.ts";
import { readPolicy } from "./read-policy.ts";

const api = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5";
const manage = "execute-api:ManageConnections";

function policy(...statements: readonly unknown[]): Policy {
  const reading = readPolicy({ Version: "2012-10-17", Statement: statements });
  if ("problems" in reading) throw new Error(reading.problems.join("\n"));
  return reading.policy;
}

function problems(document: unknown): readonly string[] {
  const reading = readPolicy(document);
  return "problems" in reading ? reading.problems : [];
}

describe("the permission to call the management API", () => {
  const decide = (resource: string | readonly string[], method = "POST", action = manage): Decision =>
    evaluatePolicy(
      policy({ Effect: "Allow", Action: action, Resource: resource }),
      manage,
      `${api}/dev/${method}/@connections/{connectionId}`,
    );

  // What API Gateway did with each of these (captured).
  it.each<[string, string, Decision]>([
    [`${api}/*`, "POST", "allow"],
    [`${api}/dev/GET/@connections/*`, "GET", "allow"],
    [`${api}/dev/POST/@connections/{connectionId}`, "POST", "allow"],
    [`${api}/dev/GET/@connections/*`, "POST", "implicit-deny"],
    [`${api}/dev/POST/@connections`, "POST", "implicit-deny"],
    [`${api}/dev/POST/@connections/gbgHN0-zjQAYKEjhgA==`, "POST", "implicit-deny"],
    [`${api}/other/*`, "POST", "implicit-deny"],
    [`${api.replace("a1b2c3d4e5", "0000000000")}/*`, "POST", "implicit-deny"],
  ])("on %s, for %s: %s", (resource, method, decision) => {
    expect(decide(resource, method)).toBe(decision);
  });

  it("is another than that to invoke", () => {
    expect(decide(`${api}/*`, "POST", "execute-api:Invoke")).toBe("implicit-deny");
    expect(decide(`${api}/*`, "POST", "execute-api:*")).toBe("allow");
    expect(decide(`${api}/*`, "POST", "EXECUTE-API:manageconnections")).toBe("allow");
    expect(decide("*", "POST", "*")).toBe("allow");
  });
});

describe("a policy", () => {
  const connect = `${api}/dev/$connect`;
  const decide = (...statements: readonly unknown[]): Decision =>
    evaluatePolicy(policy(...statements), "execute-api:Invoke", connect, {
      values: { "aws:SourceIp": "10.0.0.7" },
    });
  const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: connect };
  const deny = { ...allow, Effect: "Deny" };

  it("denies what no statement allows, and what any denies, wherever it stands", () => {
    expect(decide()).toBe("implicit-deny");
    expect(decide(allow)).toBe("allow");
    expect(decide(allow, deny)).toBe("explicit-deny");
    expect(decide(deny, allow)).toBe("explicit-deny");
    expect(decide({ ...deny, Resource: `${api}/prod/*` }, allow)).toBe("allow");
  });

  it("may have one statement, and lists of actions and resources", () => {
    const reading = readPolicy({
      Statement: { ...allow, Action: ["a:b", "execute-api:Inv?ke"], Resource: ["x", "*"] },
    });
    if ("problems" in reading) throw new Error(reading.problems.join());
    expect(evaluatePolicy(reading.policy, "execute-api:Invoke", connect)).toBe("allow");
  });

  it("may name what it is not about", () => {
    const { Action: _action, ...anyAction } = allow;
    const { Resource: _resource, ...anyResource } = allow;
    expect(decide({ ...anyAction, NotAction: manage })).toBe("allow");
    expect(decide({ ...anyAction, NotAction: "execute-api:*" })).toBe("implicit-deny");
    expect(decide({ ...anyResource, NotResource: `${api}/prod/*` })).toBe("allow");
    expect(decide({ ...anyResource, NotResource: [`${api}/prod/*`, `${api}/dev/*`] })).toBe("implicit-deny");
    expect(decide(allow, { ...anyAction, Effect: "Deny", NotAction: "execute-api:Invoke" })).toBe("allow");
  });

  it("compares resources by case, past slashes and colons", () => {
    expect(decide({ ...allow, Resource: connect.toUpperCase() })).toBe("implicit-deny");
    expect(decide({ ...allow, Resource: "arn:aws:execute-api:*" })).toBe("allow");
    expect(decide({ ...allow, Resource: "arn:*:execute-api:*:*:*/$connect" })).toBe("allow");
    expect(decide({ ...allow, Resource: `${api}/?ev/$connect` })).toBe("allow");
  });

  it.each<[unknown, Decision]>([
    [{ StringEquals: { "aws:SourceIp": "10.0.0.7" } }, "allow"],
    [{ StringEquals: { "AWS:sourceip": ["1", "10.0.0.7"] } }, "allow"],
    [{ StringEquals: { "aws:SourceIp": "10.0.0.*" } }, "implicit-deny"],
    [{ StringLike: { "aws:SourceIp": "10.0.0.*" } }, "allow"],
    [{ StringNotLike: { "aws:SourceIp": "10.0.0.*" } }, "implicit-deny"],
    [{ StringNotEquals: { "aws:SourceIp": ["1", "2"] } }, "allow"],
    [{ StringNotEquals: { "aws:SourceIp": ["1", "10.0.0.7"] } }, "implicit-deny"],
    [{ StringEquals: { "aws:Other": "x" } }, "implicit-deny"],
    [{ StringNotEquals: { "aws:Other": "x" } }, "allow"],
    [{ StringEqualsIfExists: { "aws:Other": "x" } }, "allow"],
    [{ StringEqualsIfExists: { "aws:SourceIp": "x" } }, "implicit-deny"],
    [{ StringEqualsIgnoreCase: { "aws:SourceIp": "10.0.0.7" } }, "allow"],
    [{ StringNotEqualsIgnoreCase: { "aws:SourceIp": "10.0.0.7" } }, "implicit-deny"],
    [{ Null: { "aws:Other": "true" } }, "allow"],
    [{ Null: { "aws:SourceIp": true } }, "implicit-deny"],
    [{ StringEquals: { "aws:SourceIp": "10.0.0.7", "aws:Other": "x" } }, "implicit-deny"],
    [{ StringEquals: { "aws:SourceIp": "10.0.0.7" }, Null: { "aws:Other": "false" } }, "implicit-deny"],
    [{}, "allow"],
  ])("under %j: %s", (Condition, decision) => {
    expect(decide({ ...allow, Condition })).toBe(decision);
  });

  it.each<[unknown, string]>([
    [null, "The policy is no object"],
    [[], "The policy is no object"],
    [{}, "Statement is missing"],
    [{ Version: "2020-01-01", Statement: [] }, "Version is neither"],
    [{ Statement: ["x"] }, "Statement 1: it is no object"],
    [{ Statement: [allow, { ...allow, Effect: "allow" }] }, "Statement 2: Effect is neither"],
    [{ Statement: { ...allow, NotAction: "x" } }, "it needs either Action or NotAction"],
    [{ Statement: { Effect: "Allow", Action: "*" } }, "it needs either Resource or NotResource"],
    [{ Statement: { ...allow, Action: {} } }, "Action is neither text nor a list of texts"],
    [{ Statement: { ...allow, Resource: [] } }, "Resource is an empty list"],
    [{ Version: "2012-10-17", Statement: { ...allow, Resource: "arn:${aws:username" } }, "without an end"],
    [
      { Version: "2012-10-17", Statement: { ...allow, Resource: "arn:${x}" } },
      "Resource holds a policy variable",
    ],
    [{ Statement: { ...allow, Principal: "*" } }, "Principal is not for a policy that belongs to a caller"],
    [{ Statement: { ...allow, Condition: [] } }, "Condition is no object"],
    [{ Statement: { ...allow, Condition: { StringEquals: "x" } } }, "Condition StringEquals is no object"],
    [
      { Statement: { ...allow, Condition: { "ForAnyValue:Null": {} } } },
      "Condition operator ForAnyValue:Null is not supported",
    ],
    [
      { Statement: { ...allow, Condition: { toString: {} } } },
      "Condition operator toString is not supported",
    ],
    [{ Statement: { ...allow, Condition: { StringEquals: { a: {} } } } }, "StringEquals of a is neither"],
    [
      { Version: "2012-10-17", Statement: { ...allow, Condition: { StringEquals: { a: "${b}" } } } },
      "of a holds a policy variable",
    ],
  ])("%j cannot be used: %s", (document, problem) => {
    expect(problems(document).join("\n")).toContain(problem);
  });

  it("is read or has problems, whatever it is", () => {
    const isAnswered = (Statement: unknown): boolean => {
      const reading = readPolicy({ Statement });
      return "policy" in reading
        ? decisions.has(evaluatePolicy(reading.policy, manage, api))
        : reading.problems.length > 0;
    };
    const decisions: ReadonlySet<Decision> = new Set(["allow", "explicit-deny", "implicit-deny"]);
    expect(fc.check(fc.property(fc.jsonValue(), isAnswered))).toMatchObject({ failed: false });
  });
});

describe("a pattern", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 10 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "?"), maxLength: 8 });

  it("matches as a regular expression would", () => {
    fc.assert(
      fc.property(pattern, text, (glob, candidate) => {
        const expression = glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        expect(matchesGlob(glob, candidate)).toBe(new RegExp(`^${expression}$`, "s").test(candidate));
      }),
      { numRuns: 2000 },
    );
  });

  it("of many stars ends soon on a text that nearly fits", () => {
    expect(matchesGlob(`${"*a".repeat(500)}*b`, "a".repeat(5000))).toBe(false);
  });
});
