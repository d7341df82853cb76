import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeAuthorizerResult } from "./authorizer-result.ts";

const arn = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3/dev/$connect";

const policy = (Effect: string, Resource: unknown = arn): object => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
});
const judge = (result: unknown) => judgeAuthorizerResult(result, arn, "127.0.0.1");
const judgeWith = (change: object) => judge({ policyDocument: policy("Allow"), ...change });

describe("the policy", () => {
  it.each<[string, object, string]>([
    ["allows", policy("Allow"), "allow"],
    ["allows with a pattern", policy("Allow", ["arn:aws:execute-api:*:*:a1b2c3/*"]), "allow"],
    ["denies", policy("Deny"), "explicit-deny"],
    ["allows something else", policy("Allow", arn.replace("dev", "prod")), "implicit-deny"],
  ])("%s", (_what, policyDocument, outcome) => {
    const verdict = judge({ policyDocument });
    expect(verdict.kind === "deny" ? verdict.decision : verdict.kind).toBe(outcome);
  });

  it.each<[string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["a text", JSON.stringify(policy("Allow"))],
    ["one with a bad effect", policy("Maybe")],
  ])("is malformed: %s", (_what, policyDocument) => {
    expect(judge({ principalId: "a", policyDocument })).toMatchObject({ kind: "malformed" });
  });
});

describe("the rest", () => {
  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "Allow"],
    ["a list", []],
    ["the simple form of HTTP APIs", { isAuthorized: true }],
    ["a result that is too long", { policyDocument: policy("Allow"), context: { a: "x".repeat(8192) } }],
    ["a context that is a text", { policyDocument: policy("Allow"), context: "a" }],
    ["a context that is a list", { policyDocument: policy("Allow"), context: ["a"] }],
    ["an object in the context", { policyDocument: policy("Allow"), context: { a: {} } }],
    ["a list in the context", { policyDocument: policy("Allow"), context: { a: [] } }],
    ["a principal that is an object", { policyDocument: policy("Allow"), principalId: {} }],
  ])("is malformed: %s", (_what, result) => {
    expect(judge(result)).toMatchObject({
      kind: "malformed",
      problem: expect.stringMatching(/^(it|its|the) /),
    });
  });

  it.each<[unknown, object]>([
    [undefined, {}],
    [null, {}],
    ["", { principalId: "" }],
    [7, { principalId: "7" }],
    ["ann", { principalId: "ann" }],
  ])("takes the principal %j", (principalId, context) => {
    expect(judgeWith({ principalId })).toEqual({ kind: "allow", context });
  });

  it("makes texts of numbers and booleans, keeps empty texts and drops null", () => {
    const context = { number: 7, yes: true, no: false, empty: "", nothing: null, __proto__x: "p" };
    expect(judgeWith({ context })).toEqual({
      kind: "allow",
      context: { number: "7", yes: "true", no: "false", empty: "", __proto__x: "p" },
    });
  });

  it("does not let the context take the principal's place", () => {
    expect(judgeWith({ principalId: "ann", context: { principalId: "bob" } })).toMatchObject({
      context: { principalId: "ann" },
    });
  });

  it("finds the API key beside the context, or in it", () => {
    expect(judgeWith({ usageIdentifierKey: "k" })).toMatchObject({ usageIdentifierKey: "k", context: {} });
    expect(judgeWith({ context: { usageIdentifierKey: "k" } })).toMatchObject({ usageIdentifierKey: "k" });
  });
});

it("never throws, never lets in without a policy that allows, and gives nothing but texts", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const statement = fc.record(
    {
      Effect: fc.oneof(fc.constantFrom("Allow", "Deny"), value),
      Action: fc.oneof(fc.constantFrom("execute-api:Invoke", "*"), value),
      Resource: fc.oneof(fc.constantFrom(arn, "*"), value),
    },
    { requiredKeys: [] },
  );
  const result = fc.record(
    {
      principalId: value,
      policyDocument: fc.oneof(fc.record({ Statement: fc.oneof(statement, fc.array(statement)) }), value),
      context: fc.oneof(fc.dictionary(fc.string(), value), value),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(result, value), (given) => {
      const verdict = judge(given);
      if (verdict.kind !== "allow") return;
      expect(JSON.stringify(given)).toContain('"Allow"');
      expect(Object.values(verdict.context).every((one) => typeof one === "string")).toBe(true);
    }),
  );
});
