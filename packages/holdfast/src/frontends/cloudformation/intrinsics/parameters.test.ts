import { describe, expect, it } from "vitest";
import { createProblems } from "../template/problems.ts";
import { readTemplate } from "../template/read-template.ts";
import type { Json } from "../template/template.ts";
import { resolveParameters } from "./parameters.ts";

const place = { region: "eu-west-1", accountId: "000000000000", stage: "dev" };

function resolve(
  declarations: string,
  given: Readonly<Record<string, string>> = {},
  {
    ssm = {},
    uses = "text",
  }: { readonly ssm?: Readonly<Record<string, string>>; readonly uses?: string } = {},
): { readonly values: Readonly<Record<string, Json>>; readonly problems: readonly string[] } {
  const text = `Parameters:\n${declarations}\nResources:\n  R: { Type: T, Properties: { V: ${uses} } }\n`;
  const { template, source, diagnostics } = readTemplate(text, "/t.yaml");
  expect(diagnostics).toEqual([]);
  if (template === undefined) throw new Error("no template");
  const problems = createProblems(source);
  const all = resolveParameters(template, given, place, "app", problems, ssm);
  return {
    values: Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("AWS::"))),
    problems: problems.diagnostics.map(
      ({ code, message, place: at }) => `${code} ${at?.line}:${at?.column} ${message}`,
    ),
  };
}

describe("values", () => {
  it.each<[string, string | undefined, Json]>([
    ["{ Type: String, Default: a }", undefined, "a"],
    ["{ Type: String, Default: a }", "b", "b"],
    ["{ Type: String, Default: true }", undefined, "true"],
    ["{ Type: String, Default: '' }", undefined, ""],
    ["{ Type: Number, Default: 5 }", undefined, "5"],
    ["{ Type: Number }", "1.5", "1.5"],
    ["{ Type: CommaDelimitedList, Default: 'a, b,c' }", undefined, ["a", "b", "c"]],
    ["{ Type: CommaDelimitedList, Default: '' }", undefined, []],
    ["{ Type: List<Number> }", "1,2", ["1", "2"]],
    ["{ Type: 'List<AWS::EC2::Subnet::Id>' }", "s-1,s-2", ["s-1", "s-2"]],
    ["{ Type: 'AWS::EC2::VPC::Id' }", "vpc-1", "vpc-1"],
    ["{ Type: 'AWS::SSM::Parameter::Name', Default: /x }", undefined, "/x"],
    ["{ Type: String, AllowedPattern: '[a-z]+', Default: abc }", undefined, "abc"],
  ])("%s given %s", (declaration, given, value) => {
    const result = resolve(`  P: ${declaration}`, given === undefined ? {} : { P: given });
    expect(result).toEqual({ values: { P: value }, problems: [] });
  });

  it("of SSM parameters come from those that are known", () => {
    const declarations =
      "  A: { Type: AWS::SSM::Parameter::Value<String>, Default: /a }\n" +
      "  L: { Type: AWS::SSM::Parameter::Value<List<String>>, Default: /l }";
    expect(resolve(declarations, {}, { ssm: { "/a": "x", "/l": "1,2" } })).toEqual({
      values: { A: "x", L: ["1", "2"] },
      problems: [],
    });
  });

  it("of SSM parameters that are not known are their names, with a warning where one is used", () => {
    const declaration = "  A: { Type: AWS::SSM::Parameter::Value<String>, Default: /a }";
    expect(resolve(declaration)).toEqual({ values: { A: "/a" }, problems: [] });
    for (const uses of ["!Ref A", "!Sub 'x${A}'"]) {
      expect(resolve(declaration, {}, { uses }).problems).toEqual([
        "TEMPLATE_PARAMETER_MISSING 2:3 The SSM parameter /a, which A stands for, has no value here; its name takes its place",
      ]);
    }
  });

  it("of pseudo parameters are there, the stack's id the same each time", () => {
    const { template, source } = readTemplate("Resources: { R: { Type: T } }", "/t.yaml");
    if (template === undefined) throw new Error("no template");
    const values = (region: string): Readonly<Record<string, Json>> =>
      resolveParameters(template, {}, { ...place, region }, "app", createProblems(source));
    expect(values("eu-west-1")).toEqual({
      "AWS::AccountId": "000000000000",
      "AWS::NotificationARNs": [],
      "AWS::Partition": "aws",
      "AWS::Region": "eu-west-1",
      "AWS::StackId": expect.stringMatching(
        /^arn:aws:cloudformation:eu-west-1:000000000000:stack\/app\/\w{8}-\w{4}-\w{4}-\w{4}-\w{12}$/,
      ) as string,
      "AWS::StackName": "app",
      "AWS::URLSuffix": "amazonaws.com",
    });
    expect(values("eu-west-1")).toEqual(values("eu-west-1"));
    expect(values("cn-north-1")).toMatchObject({
      "AWS::Partition": "aws-cn",
      "AWS::URLSuffix": "amazonaws.com.cn",
    });
    expect(values("us-gov-west-1")).toMatchObject({ "AWS::Partition": "aws-us-gov" });
  });
});

describe("problems", () => {
  it("are all values that are missing and all that the template does not have", () => {
    const { problems } = resolve("  A: { Type: String, Description: a name }\n  B: { Type: Number }", {
      C: "1",
    });
    expect(problems).toEqual([
      "TEMPLATE_REFERENCE_INVALID 1:1 The template has no parameter C",
      "TEMPLATE_PARAMETER_MISSING 2:3 The parameter A has no value: a name",
      "TEMPLATE_PARAMETER_MISSING 3:3 The parameter B has no value",
    ]);
  });

  it.each([
    ["{ Type: Number }", "x", '"x" must be a number'],
    ["{ Type: List<Number> }", "1,x", '"x" must be a number'],
    ["{ Type: String, AllowedValues: [a, 1] }", "c", '"c" must be one of a, 1'],
    ["{ Type: String, AllowedPattern: 'a+' }", "aab", '"aab" must match a+'],
    ["{ Type: String, MinLength: 2 }", "a", '"a" must have at least 2 characters'],
    ["{ Type: String, MaxLength: '2' }", "abc", '"abc" must have at most 2 characters'],
    ["{ Type: Number, MinValue: 2 }", "1", '"1" must be at least 2'],
    ["{ Type: Number, MaxValue: 2 }", "3", '"3" must be at most 2'],
    ["{ Type: String, NoEcho: true, MinLength: 9 }", "secret", "Its value must have at least 9 characters"],
  ])("%s given %s", (declaration, given, reason) => {
    expect(resolve(`  P: ${declaration}`, { P: given }).problems).toEqual([
      `TEMPLATE_PROPERTY_INVALID 2:3 The parameter P: ${reason}`,
    ]);
  });

  it("are a default that is no text and a pattern that cannot be tried", () => {
    expect(resolve("  P: { Type: String, Default: [a] }").problems).toEqual([
      "TEMPLATE_PROPERTY_INVALID 2:22 The Default of the parameter P must be text; a list is text with commas",
    ]);
    expect(resolve("  P: { Type: String, Default: a, AllowedPattern: 'a++' }").problems).toEqual([
      "TEMPLATE_PROPERTY_INVALID 2:34 Holdfast cannot try the pattern a++; any value is taken",
    ]);
  });
});
