import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readTemplate } from "./read-template.ts";
import type { Json, JsonObject } from "./template.ts";

const file = "/app/template.yaml";

function resourceOf(lines: string): JsonObject {
  const properties = lines.replaceAll(/^/gm, "      ");
  const resources = `Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n${properties}\n`;
  const text = `${resources}Transform: AWS::LanguageExtensions\n`;
  const { template, diagnostics } = readTemplate(text, file);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return template?.resources["R"]?.properties ?? {};
}

function errorsOf(text: string): readonly string[] {
  return readTemplate(text, file).diagnostics.map(
    ({ message, place }) => `${place?.line}:${place?.column} ${message}`,
  );
}

const minimal = "Resources:\n  A: { Type: AWS::X::Y }\n";

describe("tags", () => {
  it.each([
    ["!Ref Name", { Ref: "Name" }],
    ["!Condition Yes", { Condition: "Yes" }],
    ["!GetAtt A.Arn", { "Fn::GetAtt": ["A", "Arn"] }],
    ["!GetAtt A.Outputs.Url", { "Fn::GetAtt": ["A", "Outputs.Url"] }],
    ["!GetAtt [A, Arn]", { "Fn::GetAtt": ["A", "Arn"] }],
    ["!Sub 'x ${A}'", { "Fn::Sub": "x ${A}" }],
    ["!Sub ['${v}', { v: !Ref A }]", { "Fn::Sub": ["${v}", { v: { Ref: "A" } }] }],
    ["!Join ['-', [a, !Ref B]]", { "Fn::Join": ["-", ["a", { Ref: "B" }]] }],
    ["!Select [0, !Split [',', !Ref L]]", { "Fn::Select": [0, { "Fn::Split": [",", { Ref: "L" }] }] }],
    ["!If [C, !Ref 'AWS::NoValue', 2]", { "Fn::If": ["C", { Ref: "AWS::NoValue" }, 2] }],
    [
      "!Not [!And [!Condition A, !Or [!Equals [a, b], !Condition B]]]",
      {
        "Fn::Not": [
          {
            "Fn::And": [{ Condition: "A" }, { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { Condition: "B" }] }],
          },
        ],
      },
    ],
    ["!FindInMap [M, !Ref 'AWS::Region', k]", { "Fn::FindInMap": ["M", { Ref: "AWS::Region" }, "k"] }],
    ["!ImportValue name", { "Fn::ImportValue": "name" }],
    ["!Base64 text", { "Fn::Base64": "text" }],
    ["!Cidr [10.0.0.0/16, 2, 8]", { "Fn::Cidr": ["10.0.0.0/16", 2, 8] }],
    ["!GetAZs", { "Fn::GetAZs": "" }],
    ["!GetAZs us-east-1", { "Fn::GetAZs": "us-east-1" }],
    ["!Transform { Name: M }", { "Fn::Transform": { Name: "M" } }],
    ["!Length [1, 2]", { "Fn::Length": [1, 2] }],
    ["!ToJsonString { a: 1 }", { "Fn::ToJsonString": { a: 1 } }],
    [
      "!GetStackOutput { StackName: s, OutputName: o }",
      { "Fn::GetStackOutput": { StackName: "s", OutputName: "o" } },
    ],
    ["\n  Fn::Base64: !Sub |\n    line ${A}\n    two", { "Fn::Base64": { "Fn::Sub": "line ${A}\ntwo\n" } }],
  ])("%s", (yaml, value) => {
    expect(resourceOf(`V: ${yaml}`)).toEqual({ V: value });
  });

  it("make text of whatever is behind them", () => {
    expect(resourceOf("V: !Base64 0123\nW: !Ref yes")).toEqual({
      V: { "Fn::Base64": "0123" },
      W: { Ref: "yes" },
    });
  });

  it("that CloudFormation does not know are reported where they stand", () => {
    expect(errorsOf(`${minimal}Outputs:\n  O:\n    Value:   !Reff x\n`)).toEqual([
      "5:14 CloudFormation does not know the tag !Reff",
    ]);
    expect(errorsOf(`${minimal}Outputs: { O: { Value: !!binary aGk= } }\n`)).toEqual([
      "3:24 CloudFormation does not know the tag !!binary",
    ]);
  });
});

describe("values", () => {
  it.each<[string, Json]>([
    ["2012-10-17", "2012-10-17"],
    ["yes", true],
    ["Off", false],
    ["y", "y"],
    ["'yes'", "yes"],
    ["1", 1],
    ["-1_000", -1000],
    ["1.50", 1.5],
    ["0755", 493],
    ["0x1F", 31],
    ["0b11", 3],
    ["012345678901", "012345678901"],
    ["1:30", 90],
    ["09:30", "09:30"],
    ["1.2.3", "1.2.3"],
    ["1e3", "1e3"],
    ["!!str 0123", "0123"],
    ["|-\n  a\n  b", "a\nb"],
  ])("%s", (yaml, value) => {
    expect(resourceOf(`V: ${yaml}`)).toEqual({ V: value });
  });

  it("of aliases and merges are followed, and own keys win", () => {
    const properties = resourceOf("A: &a { x: 1, y: 2 }\nB: { <<: *a, y: 3 }\nC: [*a]");
    expect(properties).toEqual({ A: { x: 1, y: 2 }, B: { x: 1, y: 3 }, C: [{ x: 1, y: 2 }] });
  });

  it("keep keys as they are written", () => {
    expect(Object.keys(resourceOf("on: 1\n0123: 2\n__proto__: 3"))).toEqual(["on", "0123", "__proto__"]);
  });
});

it("reads JSON and the same as YAML alike", () => {
  const plain = fc.string({ unit: "grapheme-ascii" });
  const { tree: value } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      plain,
      fc.constantFrom("yes", "on", "0123", "1:30", "null", "2012-10-17", "!Ref x", "~", "- a", "a: b", "<<"),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(
        plain.filter((key) => key !== "<<"),
        tie("tree"),
        { maxKeys: 4 },
      ),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(
        plain.filter((key) => key !== "<<"),
        value,
        { maxKeys: 4 },
      ),
      (properties) => {
        const template = { Resources: { R: { Type: "AWS::X::Y", Properties: properties } } };
        const json = readTemplate(JSON.stringify(template), file);
        const yaml = readTemplate(stringify(template, { version: "1.1" }), file);
        expect(json.diagnostics).toEqual([]);
        expect(json.template?.resources["R"]?.properties).toEqual(properties);
        expect(yaml.template).toEqual(json.template);
      },
    ),
  );
});

describe("syntax errors", () => {
  it("of YAML are all reported", () => {
    expect(errorsOf("Resources:\n  A: [1\n  B: 'x\n")).toEqual([
      expect.stringMatching(/^3:3 Flow sequence/) as string,
      expect.stringMatching(/^4:1 Missing closing 'quote/) as string,
    ]);
    expect(errorsOf("Resources:\n\tA: 1\n")[0]).toBe("2:1 Tabs cannot indent YAML");
    expect(errorsOf(`${minimal}---\n${minimal}`)).toEqual([
      "3:1 A template is one YAML document, not several",
    ]);
  });

  it("show their line", () => {
    const [diagnostic] = readTemplate("Resources:\n\tA: 1\n", file).diagnostics;
    expect(diagnostic?.place).toEqual({ file, line: 2, column: 1, excerpt: "\tA: 1" });
  });

  it.each([
    ['{\n  "Resources": {},\n}', '3:1 Expected a key in double quotes, or "}"'],
    ['{\n  "Resources" {} }', '2:15 Expected ":" after the key "Resources"'],
    ['{"Resources": {}} x', "1:19 Something follows the end of the JSON"],
    ['{"Resources": [1 2]}', '1:18 Expected "," or "]"'],
    ['{"Resources": 01}', "1:15 Expected a value"],
    ['{"Resources": ', "1:15 The JSON ends too early"],
    ['{"Resources": "a\nb"}', "1:15 The text has no closing quote on its line"],
    ['{"Resources": "\\x"}', "1:15 The text holds a control character or an escape that JSON does not know"],
  ])("of JSON: %s", (text, error) => {
    expect(errorsOf(text)).toEqual([error]);
  });

  it("keys that are there twice are reported where they are the second time", () => {
    const yaml = "Resources:\n  A: { Type: AWS::X::Y }\n  A: { Type: AWS::X::Z }\n";
    expect(errorsOf(yaml)).toEqual(['3:3 The key "A" is here a second time']);
    const json = '{"Resources": {"A": {"Type": "a", "Type": "b"},\n "A": {"Type": "b"}}}';
    expect(errorsOf(json)).toEqual([
      '1:35 The key "Type" is here a second time',
      '2:2 The key "A" is here a second time',
    ]);
  });

  it("of an empty file, a list and a text are that there is no template", () => {
    expect(errorsOf("")).toEqual(["undefined:undefined The file holds no template"]);
    expect(errorsOf("# nothing\n")).toEqual(["undefined:undefined The file holds no template"]);
    expect(errorsOf("- a\n")).toEqual(["1:1 A template is a map, not a list"]);
    expect(readTemplate("text", file).template).toBeUndefined();
  });
});

describe("hostile templates", () => {
  it("whose aliases multiply are refused", () => {
    const lines = Array.from({ length: 12 }, (_, i) => `  l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
    expect(errorsOf(`Metadata:\n  l0: &l0 [x]\n${lines.join("\n")}\n${minimal}`)).toEqual([
      expect.stringContaining("holds more than 600000 values") as string,
    ]);
  });

  it("whose aliases name what they are in are refused", () => {
    expect(errorsOf(`Metadata: &m { a: *m }\n${minimal}`)).toEqual([
      "1:19 No anchor &m ends before this alias",
    ]);
  });

  it.each(["[", "- ", '{"a":', "{a: "])("that are deeper than any are refused: %s", (opening) => {
    const text = opening === '{"a":' ? opening.repeat(50_000) : `a:\n  ${opening.repeat(2000)}`;
    expect(errorsOf(text).join("\n")).toContain("nested more than 100 levels deep");
  });

  it("larger than a megabyte are not read", () => {
    expect(errorsOf(`${minimal}# ${"x".repeat(1024 * 1024)}`)).toEqual([
      "undefined:undefined The template is 1048614 bytes long",
    ]);
  });
});

describe("the shape", () => {
  it("is reported wherever it is wrong, in the order of the file", () => {
    const text = [
      "AWSTemplateFormatVersion: 2010-09-10",
      "Resorces: {}",
      "Globals: {}",
      "Parameters:",
      "  P: {}",
      "  Q-1: { Type: String }",
      "Mappings:",
      "  M: { a: b }",
      "Conditions:",
      "  C: true",
      "Resources:",
      "  A:",
      "    Properties: {}",
      "  B:",
      "    Type: AWS::X::Y",
      "    Propertys: {}",
      "    DependsOn: [A, None]",
      "    Condition: D",
      "  E: text",
      "  F:",
      "    Type: AWS::X::Y",
      "    Properties:",
      "    DependsOn: { a: b }",
      "Outputs:",
      "  O: { Description: nothing }",
      "  U: { Value: 1, Condition: None, Exports: 1 }",
    ].join("\n");
    expect(errorsOf(text)).toEqual([
      "1:1 AWSTemplateFormatVersion can only be 2010-09-09",
      "2:1 A template has no section Resorces",
      "3:1 Only templates of SAM have Globals",
      "5:3 The parameter P has no Type",
      '6:3 "Q-1" cannot name a parameter',
      "8:8 Mappings/M/a must be a map of names and values, not text",
      "10:3 Conditions/C must be a condition function, not true or false",
      "12:3 The resource A has no Type",
      "16:5 A resource has no attribute Propertys",
      "17:20 B depends on None, which is no resource of this template",
      "18:5 There is no condition D",
      "19:3 Resources/E must be a map, not text",
      "22:5 Resources/F/Properties must be a map, not null",
      "23:5 Resources/F/DependsOn must be the id of a resource, or a list of ids, not a map",
      "25:3 The output O has no Value",
      "26:18 There is no condition None",
      "26:35 An output has no Exports",
    ]);
  });

  it("needs Resources", () => {
    expect(errorsOf("Description: x\n")).toEqual(["1:1 The template has no Resources"]);
    expect(errorsOf("Resources:\n")).toEqual(["1:1 Resources must be a map, not null"]);
    expect(errorsOf("Resources: {}\n")).toEqual(["1:1 Resources holds no resource"]);
  });

  it("may depend on what a transform makes", () => {
    const text = `Transform: AWS::Serverless-2016-10-31\nGlobals: {}\n${minimal}  B: { Type: T, DependsOn: ARole }\n`;
    expect(errorsOf(text)).toEqual([]);
    expect(readTemplate(text, file).template?.transforms).toEqual(["AWS::Serverless-2016-10-31"]);
  });

  it("is told once that it is one of SAM", () => {
    const text =
      "Resources:\n  A: { Type: AWS::Serverless::Function }\n  B: { Type: AWS::Serverless::Api }\n";
    expect(readTemplate(text, "/t.yaml").diagnostics).toMatchObject([
      { severity: "error", hint: expect.stringContaining("Transform"), place: { line: 2, column: 8 } },
    ]);
    expect(readTemplate(`Transform: AWS::Serverless-2016-10-31\n${text}`, "/t.yaml").diagnostics).toEqual([]);
  });

  it("keeps what a resource says", () => {
    const text = [
      "Conditions: { C: !Equals [a, a] }",
      "Resources:",
      "  A: { Type: T, Metadata: { BuildMethod: esbuild } }",
      "  B: { Type: T, DependsOn: A, Condition: C, DeletionPolicy: Retain, Properties: { x: 1 } }",
    ].join("\n");
    const { template, diagnostics } = readTemplate(text, file);
    expect(diagnostics).toEqual([]);
    expect(template?.resources).toEqual({
      A: { type: "T", properties: {}, dependsOn: [], metadata: { BuildMethod: "esbuild" } },
      B: {
        type: "T",
        properties: { x: 1 },
        dependsOn: ["A"],
        condition: "C",
        metadata: {},
        deletionPolicy: "Retain",
      },
    });
  });

  it("warns of null in properties", () => {
    const [diagnostic, ...more] = readTemplate(
      "Resources:\n  A:\n    Type: T\n    Properties:\n      x:\n",
      file,
    ).diagnostics;
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({
      severity: "warning",
      place: { line: 5, column: 7, excerpt: "      x:" },
    });
  });
});

describe("placeOf", () => {
  const text = [
    "Shared: &s",
    "  k: v",
    "Resources:",
    "  A:",
    "    Type: T",
    "    Properties:",
    "      Name: !Sub '${X}'",
    "      List:",
    "        - one",
    "        - !GetAtt",
    "          - B",
    "          - Arn",
    "      Arn: !GetAtt  Bee.Arn",
    "      Same: *s",
    "      Merged: { <<: *s }",
  ].join("\r\n");
  const { source } = readTemplate(text, file);
  const at = (...path: (string | number)[]): string => {
    const { line, column } = source.placeOf(["Resources", "A", "Properties", ...path]);
    return `${line}:${column}`;
  };

  it("finds keys, items and what is behind tags", () => {
    expect(at()).toBe("6:5");
    expect(at("Name")).toBe("7:7");
    expect(at("Name", "Fn::Sub")).toBe("7:13");
    expect(at("List", 0)).toBe("9:11");
    expect(at("List", 1)).toBe("10:11");
    expect(at("List", 1, "Fn::GetAtt", 1)).toBe("12:13");
    expect(at("Arn", "Fn::GetAtt", 0)).toBe("13:21");
    expect(at("Arn", "Fn::GetAtt", 1)).toBe("13:25");
  });

  it("follows aliases and merges", () => {
    expect(at("Same", "k")).toBe("2:3");
    expect(at("Merged", "k")).toBe("2:3");
  });

  it("gives the nearest place of what is not there", () => {
    expect(at("Name", "Fn::Sub", 0, "x")).toBe("7:13");
    expect(at("List", 7)).toBe("8:7");
    expect(at("None", "x")).toBe("6:5");
    expect(source.placeOf(["Outputs"])).toEqual({ file, line: 1, column: 1, excerpt: "Shared: &s" });
    expect(source.placeOf(["Resources", "A", "Properties", "Name"]).excerpt).toBe("      Name: !Sub '${X}'");
  });

  it("shows no line that is too long to be shown", () => {
    const json = JSON.stringify({ Resources: { A: { Type: "x".repeat(2000) } } });
    expect(readTemplate(json, file).source.placeOf(["Resources", "A"])).toEqual({
      file,
      line: 1,
      column: 15,
    });
  });
});
