import { describe, expect, it } from "vitest";
import { createProblems } from "../template/problems.ts";
import { readTemplate } from "../template/read-template.ts";
import type { Json } from "../template/template.ts";
import { createConditions } from "./conditions.ts";
import { findDynamicReferences } from "./dynamic-references.ts";
import { createResolver, type ResolverOptions } from "./resolver.ts";
import type { Resolved, Scope } from "./scope.ts";

const frame = [
  "Mappings:",
  "  Regions:",
  "    eu-west-1: { Size: 3, Names: [a, b] }",
  "Conditions:",
  "  IsDev: !Equals [!Ref Stage, dev]",
  "  IsProd: !Not [!Condition IsDev]",
  "Resources:",
  "  R:",
  "    Type: AWS::X::Y",
  "    Properties:",
];

const parameters = {
  "AWS::Region": "eu-west-1",
  Stage: "dev",
  Number: "5",
  List: ["x", "y", "z"],
};

function scopeOf(text: string): Scope & { readonly problems: ReturnType<typeof createProblems> } {
  const { template, source } = readTemplate(text, "/t.yaml");
  const problems = createProblems(source);
  const mappings = template?.mappings ?? {};
  const imported = (name: string): Json | undefined =>
    name === "shared-Arn" || name === "s.o" ? "arn:1" : undefined;
  const { condition } = createConditions(
    template?.conditions ?? {},
    { parameters, mappings, imported },
    problems,
  );
  return {
    parameters,
    mappings,
    condition,
    imported,
    ref: (id) =>
      new Map([
        ["R", "r-name"],
        ["Other", "other"],
      ]).get(id),
    attribute: (id, attribute) =>
      id === "R" ? { Arn: "arn:r", "Outputs.Url": "url", Port: 80 }[attribute] : undefined,
    problems,
  };
}

function resolve(
  yaml: string,
  options: ResolverOptions = {},
): { value: Resolved; problems: readonly string[] } {
  const text = [...frame, `      V: ${yaml}`, "Transform: AWS::LanguageExtensions"].join("\n");
  const { template, diagnostics } = readTemplate(text, "/t.yaml");
  expect(diagnostics).toEqual([]);
  const { problems, ...scope } = scopeOf(text);
  const path = ["Resources", "R", "Properties"];
  const value = createResolver(scope, problems, options)(template?.resources["R"]?.properties ?? {}, path);
  return {
    value: (value as { V?: Json }).V,
    problems: problems.diagnostics.map(
      ({ severity, message, place }) => `${severity} ${place?.line}:${place?.column} ${message}`,
    ),
  };
}

describe("resolves", () => {
  it.each<[string, Resolved]>([
    ["!Ref Stage", "dev"],
    ["!Ref AWS::Region", "eu-west-1"],
    ["!Ref List", ["x", "y", "z"]],
    ["!Ref R", "r-name"],
    ["!GetAtt R.Arn", "arn:r"],
    ["!GetAtt R.Outputs.Url", "url"],
    ["{ 'Fn::GetAtt': R.Arn }", "arn:r"],
    ["!GetAtt [R, !Sub 'Arn']", "arn:r"],
    [
      "!Sub 'a ${Stage} ${AWS::Region} ${R} ${R.Arn} ${R.Port} ${!Not} $ {x} ${'",
      "a dev eu-west-1 r-name arn:r 80 ${Not} $ {x} ${",
    ],
    ["!Sub ['${n}-${Stage}-${b}', { n: 5, b: true }]", "5-dev-true"],
    ["!Sub ['${Stage}', { Stage: !Select [1, !Ref List] }]", "y"],
    ["!Sub 'a${AWS::NoValue}b'", "ab"],
    ['!Sub \'{"a": {"b": "${Stage}"}}\'', '{"a": {"b": "dev"}}'],
    ["!Join ['-', [a, 1, true, !Ref Stage, !Ref AWS::NoValue]]", "a-1-true-dev"],
    ["!Join ['', !Ref List]", "xyz"],
    ["!Join [',', !Split ['.', a.b]]", "a,b"],
    ["!Select ['2', !Ref List]", "z"],
    ["!Select [0, [!Ref Stage, b]]", "dev"],
    ["!Split ['/', !Sub '${Stage}/b/']", ["dev", "b", ""]],
    ["!If [IsDev, !Ref Stage, !Ref Nothing]", "dev"],
    ["!If [IsProd, a, !If [IsDev, b, c]]", "b"],
    ["[!If [IsProd, a, !Ref AWS::NoValue], b]", ["b"]],
    ["{ x: !Ref AWS::NoValue, y: 1 }", { y: 1 }],
    ["!Ref AWS::NoValue", undefined],
    ["!FindInMap [Regions, !Ref AWS::Region, Size]", 3],
    ["!FindInMap [Regions, eu-west-1, Names]", ["a", "b"]],
    ["!FindInMap [Regions, mars, Size, { DefaultValue: !Ref Stage }]", "dev"],
    ["!FindInMap [Nothing, mars, Size, { DefaultValue: 1 }]", 1],
    ["!ImportValue shared-Arn", "arn:1"],
    ["!ImportValue { 'Fn::Sub': 'shared-Arn' }", "arn:1"],
    ["!GetStackOutput { StackName: s, OutputName: o }", "arn:1"],
    ["!Base64 { Ref: Stage }", "ZGV2"],
    ["!GetAZs ''", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
    ["!Select [1, !GetAZs { Ref: AWS::Region }]", "eu-west-1b"],
    ["!Length [1, 2]", 2],
    ["!Length { Ref: List }", 3],
    ["!ToJsonString { a: [!Ref Stage, 1], b: !Ref AWS::NoValue }", '{"a":["dev",1]}'],
    ["!Cidr [192.168.0.0/24, '6', 5]", [0, 32, 64, 96, 128, 160].map((last) => `192.168.0.${last}/27`)],
    ["!Cidr ['10.1.2.3/16', 2, 8]", ["10.1.0.0/24", "10.1.1.0/24"]],
    ["!Cidr ['2001:db8::/56', 2, 64]", ["2001:db8::/64", "2001:db8:0:1::/64"]],
    ["{ Ref: a, Other: b }", { Ref: "a", Other: "b" }],
    ["{ Condition: IsDev }", { Condition: "IsDev" }],
    ["[1, true, text, { deep: [!Ref Stage] }]", [1, true, "text", { deep: ["dev"] }]],
  ])("%s", (yaml, value) => {
    expect(resolve(yaml)).toEqual({ value, problems: [] });
  });
});

describe("reports, and leaves out,", () => {
  it.each<[string, string]>([
    ["!Ref Nothing", "error 11:10 There is no parameter or resource Nothing here"],
    ["!Ref constructor", "error 11:10 There is no parameter or resource constructor here"],
    ["!Ref AWS::Regoin", "error 11:10 There is no pseudo parameter AWS::Regoin"],
    ["!Ref [a]", "error 11:10 Ref takes a name, not a list"],
    ["!GetAtt Nothing.Arn", "error 11:10 There is no resource Nothing here, of which Arn is wanted"],
    ["!GetAtt Arn", "error 11:10 Fn::GetAtt takes a resource and its attribute, not a list of 1"],
    [
      "!GetAtt Other.X",
      "warning 11:10 Holdfast does not know the attribute X of Other; what is made of it is left out",
    ],
    ["!Sub 'a ${Nothing}'", "error 11:10 There is no parameter or resource Nothing here"],
    [
      "!Sub '${a b}'",
      'error 11:10 ${a b} is no variable of Fn::Sub: names are letters, digits, ".", ":" and "_"',
    ],
    ["!Sub '${List}'", "error 11:10 ${List} in Fn::Sub must be text, not a list"],
    ["!Sub [a]", "error 11:10 Fn::Sub takes a text, or a list of a text and a map, not such a list"],
    ["!Sub ['${v}', { v: [1] }]", "error 11:26 v must be text, not a list"],
    ["!Join [',']", "error 11:10 Fn::Join takes a delimiter and a list, not a list of 1"],
    ["!Join [',', text]", "error 11:22 Value 2 of Fn::Join must be a list, not text"],
    ["!Join [',', [a, { b: 1 }]]", "error 11:26 Fn::Join joins texts, not a map"],
    ["!Join [',', [a, !Ref Nothing]]", "error 11:26 There is no parameter or resource Nothing here"],
    ["!Select [3, !Ref List]", "error 11:19 Fn::Select asks for value 3 of a list of 3; the first is 0"],
    ["!Select [x, !Ref List]", 'error 11:19 Value 1 of Fn::Select must be a whole number, not "x"'],
    ["!Split ['', a]", "error 11:18 The delimiter of Fn::Split cannot be empty"],
    ["!Split [',', !Ref List]", "error 11:23 Value 2 of Fn::Split must be text, not a list"],
    ["!If [Yes, a, b]", "error 11:15 This must be a condition, not true or false"],
    ["!If [Nothing, a, b]", "error 11:15 There is no condition Nothing"],
    ["!If [IsDev, a]", "error 11:10 Fn::If takes a condition and two values, not a list of 2"],
    ["!FindInMap [Nothing, a, b]", "error 11:22 There is no mapping Nothing"],
    ["!FindInMap [Regions, mars, Size]", "error 11:31 The mapping Regions has no key mars"],
    ["!FindInMap [Regions, eu-west-1, Sze]", "error 11:42 The mapping Regions.eu-west-1 has no key Sze"],
    ["!ImportValue other", "error 11:10 The export other of another stack has no value here"],
    ["!Base64 [a]", "error 11:10 Fn::Base64 must be text, not a list"],
    ["!Cidr [10.0.0.0, 1, 8]", 'error 11:17 "10.0.0.0" is no block such as 10.0.0.0/16'],
    ["!Cidr [10.0.0.0/24, 3, 7]", "error 11:10 10.0.0.0/24 has no room for 3 blocks of 7 bits"],
    ["!Cidr [10.0.0.0/24, 0, 7]", "error 11:30 Fn::Cidr makes 1 to 256 blocks"],
    ["!Transform { Name: AWS::Include }", "error 11:10 What AWS::Include includes is on AWS"],
    ["{ 'Fn::Foo': 1 }", "error 11:12 CloudFormation has no function Fn::Foo"],
    ["!ToJsonString text", "error 11:10 Fn::ToJsonString takes a map or a list"],
  ])("%s", (yaml, problem) => {
    expect(resolve(yaml)).toEqual({ value: undefined, problems: [problem] });
  });

  it("functions that stand beside other keys", () => {
    expect(resolve("{ 'Fn::Sub': a, b: 1 }")).toEqual({
      value: { b: 1 },
      problems: ["error 11:12 Fn::Sub cannot stand beside other keys"],
    });
  });

  it("everything, not the first", () => {
    expect(resolve("[!Ref A1, !Sub '${B1} ${B2}', !GetAtt C1.D]").problems).toHaveLength(4);
  });
});

describe("conditions", () => {
  const conditionsOf = (lines: string): { values: unknown; problems: readonly string[] } => {
    const { template, source } = readTemplate(
      `Conditions:\n${lines}\nResources: { R: { Type: T } }\n`,
      "/t.yaml",
    );
    const problems = createProblems(source);
    const { mappings = {}, conditions = {} } = template ?? {};
    const scope = { parameters, mappings, imported: () => undefined };
    const values = createConditions(conditions, scope, problems).all();
    return {
      values,
      problems: problems.diagnostics.map(
        ({ message, place }) => `${place?.line}:${place?.column} ${message}`,
      ),
    };
  };

  it.each([
    ["!Equals [!Ref Stage, dev]", true],
    ["!Equals [!Ref Number, 5]", true],
    ["!Equals [true, 'true']", true],
    ["!Equals [!Ref List, [x, y, z]]", true],
    ["!Equals [a, b]", false],
    ["!Not [!Equals [a, b]]", true],
    ["!And [!Equals [a, a], !Equals [a, b]]", false],
    ["!Or [!Equals [a, a], !Equals [a, b]]", true],
    ["!Equals [!Select [0, !Ref List], !Sub 'x']", true],
  ])("%s is %s", (yaml, holds) => {
    expect(conditionsOf(`  C: ${yaml}`)).toEqual({ values: { C: holds }, problems: [] });
  });

  it("may name conditions that come later", () => {
    expect(
      conditionsOf("  A: !Not [!Condition B]\n  B: { Condition: C }\n  C: !Equals [a, a]").values,
    ).toEqual({
      A: false,
      B: true,
      C: true,
    });
  });

  it("report circles, resources and what is no condition", () => {
    expect(conditionsOf("  A: !Not [!Condition B]\n  B: !Not [!Condition A]").problems).toEqual([
      "2:3 Conditions go in a circle: A -> B -> A",
    ]);
    expect(conditionsOf("  A: !Equals [!Ref R, a]").problems).toEqual([
      "2:15 There is no parameter or resource R here",
    ]);
    expect(conditionsOf("  A: !Not [text]\n  B: !And [!Condition X, !Condition Y]").problems).toEqual([
      "2:12 This must be a condition, not text",
      "3:12 There is no condition X",
      "3:26 There is no condition Y",
    ]);
    expect(conditionsOf("  A: !Or [!Equals [a, a]]").problems).toEqual([
      "2:6 Fn::Or takes 2 to 10 conditions, not a list of 1",
    ]);
  });
});

describe("dynamic references", () => {
  const yaml = "!Sub 'a {{resolve:ssm:/${Stage}/name:1}} b'";

  it("stay as they are, with a warning", () => {
    expect(resolve(yaml)).toEqual({
      value: "a {{resolve:ssm:/dev/name:1}} b",
      problems: ["warning 11:7 {{resolve:ssm:/dev/name:1}} has no value here and stays as it is"],
    });
  });

  it("are replaced by what the caller knows of them", () => {
    const dynamicValue: ResolverOptions["dynamicValue"] = ({ service, reference }) =>
      `${service}=${reference}`;
    expect(resolve(yaml, { dynamicValue })).toEqual({ value: "a ssm=/dev/name:1 b", problems: [] });
  });

  it("are found wherever they are", () => {
    const value = { a: ["{{resolve:secretsmanager:id:SecretString:key}}-{{resolve:ssm-secure:x}}"] };
    expect(findDynamicReferences(value, ["P"])).toEqual([
      {
        text: "{{resolve:secretsmanager:id:SecretString:key}}",
        service: "secretsmanager",
        reference: "id:SecretString:key",
        path: ["P", "a", 0],
      },
      { text: "{{resolve:ssm-secure:x}}", service: "ssm-secure", reference: "x", path: ["P", "a", 0] },
    ]);
  });
});
