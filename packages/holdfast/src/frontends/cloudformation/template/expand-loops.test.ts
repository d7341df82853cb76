import { describe, expect, it } from "vitest";
import { readTemplate } from "./read-template.ts";

const header =
  "Transform: AWS::LanguageExtensions\nParameters: { Names: { Type: CommaDelimitedList, Default: 'x,y-z' } }\n";

function read(body: string, given: Readonly<Record<string, string>> = {}) {
  const { template, source, diagnostics } = readTemplate(header + body, "/t.yaml", given);
  return {
    resources: template?.resources ?? {},
    outputs: template?.outputs ?? {},
    source,
    errors: diagnostics.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`),
  };
}

describe("loops", () => {
  const topics = [
    "Resources:",
    "  Fn::ForEach::Topics:",
    "    - Name",
    "    - !Ref Names",
    "    - Topic&{Name}:",
    "        Type: AWS::SNS::Topic",
    "        Properties:",
    "          TopicName: !Sub '${Name}-${AWS::Region}'",
    "          DisplayName: !Ref Name",
  ].join("\n");

  it("make resources of a parameter's values, and know where they are written", () => {
    const { resources, source, errors } = read(topics);
    expect(errors).toEqual([]);
    expect(Object.keys(resources)).toEqual(["Topicx", "Topicyz"]);
    expect(resources["Topicyz"]?.properties).toEqual({
      TopicName: { "Fn::Sub": "y-z-${AWS::Region}" },
      DisplayName: "y-z",
    });
    const madeFrom = resources["Topicyz"]?.madeFrom ?? [];
    expect(source.placeOf([...madeFrom, "Properties", "DisplayName"])).toMatchObject({
      line: 11,
      column: 11,
    });
  });

  it("take the values given over the defaults", () => {
    expect(Object.keys(read(topics, { Names: "one, two" }).resources)).toEqual(["Topicone", "Topictwo"]);
  });

  it("may stand in one another, in properties and in outputs", () => {
    const { resources, outputs, errors } = read(
      [
        "Resources:",
        "  Fn::ForEach::Outer:",
        "    - A",
        "    - [a, b]",
        "    - Fn::ForEach::Inner: [B, ['1', '2'], { 'R${A}${B}': { Type: T, DependsOn: 'R${A}${B}' } }]",
        "  P: { Type: T, Properties: { Fn::ForEach::L: [K, [k, l], { 'x${K}': !Ref K }] } }",
        "Outputs:",
        "  Fn::ForEach::O: [A, [a], { 'O${A}': { Value: !GetAtt 'R${A}1.Arn' } }]",
      ].join("\n"),
    );
    expect(errors).toEqual([]);
    expect(Object.keys(resources)).toEqual(["Ra1", "Ra2", "Rb1", "Rb2", "P"]);
    expect(resources["P"]?.properties).toEqual({ xk: "k", xl: "l" });
    expect(outputs).toEqual({ Oa: { Value: { "Fn::GetAtt": ["Ra1", "Arn"] } } });
  });

  it("that cannot be run are reported", () => {
    const { errors } = read(
      [
        "Resources:",
        "  R: { Type: T }",
        "  Fn::ForEach::A: [X, [a], text]",
        "  Fn::ForEach::B: [X, !Ref Nothing, { 'B${X}': { Type: T } }]",
        "  Fn::ForEach::C: [X, [a, b], { C: { Type: T } }]",
        "  Fn::ForEach::D: [X, [a], { 'D${X}': {} }]",
      ].join("\n"),
    );
    expect(errors).toEqual([
      "5:3 A loop is a list of a name, a list of values and a map to be repeated",
      "6:23 A loop goes over texts and parameters that hold some, not a map",
      "7:33 A loop makes C, which is there already",
      "8:30 The resource Da has no Type",
    ]);
  });

  it("and other language extensions need their transform", () => {
    const text = [
      "Resources:",
      "  R: { Type: T, Properties: { a: !Length [1], b: !FindInMap [a, b, c, { DefaultValue: d }] } }",
      "  S: { Type: T, Properties: { a: !ToJsonString { b: c }, d: !FindInMap [a, b, c] } }",
      "  Fn::ForEach::C: [X, [a], { 'C${X}': { Type: T } }]",
    ].join("\n");
    const { diagnostics } = readTemplate(text, "/t.yaml");
    expect(diagnostics.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`)).toEqual([
      "2:34 Fn::Length is one of CloudFormation's language extensions",
      "2:50 Fn::FindInMap is one of CloudFormation's language extensions",
      "3:34 Fn::ToJsonString is one of CloudFormation's language extensions",
      "4:3 Fn::ForEach::C is one of CloudFormation's language extensions",
    ]);
  });
});
