import { describe, expect, it } from "vitest";
import { readImportsFile, readParametersFile } from "./parameter-file.ts";

const file = "/app/parameters.json";

describe("a file of parameters", () => {
  it.each([
    '[{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "ParameterValue": "1"}]',
    '{"Parameters": {"A": "x", "B": "1"}, "Tags": {}}',
    '{"A": "x", "B": 1}',
    "A: x\nB: 1 # one\n",
    "Parameters:\n  A: x\n  B: 1\n",
    "- ParameterKey: A\n  ParameterValue: x\n- { ParameterKey: B, ParameterValue: 1}\n",
  ])("%s", (text) => {
    expect(readParametersFile(text, file)).toEqual({ A: "x", B: "1" });
  });

  it("keeps values as they are written", () => {
    expect(readParametersFile("A: 0012\nB: 1.10\nC: yes\nD: 2026-01-01\nE: [a, 2]\nF: ''\n", file)).toEqual({
      A: "0012",
      B: "1.10",
      C: "yes",
      D: "2026-01-01",
      E: "a,2",
      F: "",
    });
  });

  it("leaves out what only the stack's last deployment knows", () => {
    const text = '[{"ParameterKey": "A", "UsePreviousValue": true}]';
    expect(readParametersFile(text, file)).toEqual({});
  });

  it("may be empty", () => {
    expect(readParametersFile("", file)).toEqual({});
  });

  it.each([
    ['{"A": {"b": 1}}', `${file}:1:2: A must be text, not a map`],
    ['{\n  "A": null}', `${file}:2:3: A must be text, not null`],
    ['[{"Name": "A"}]', `${file}:1:2: Expected a map with ParameterKey`],
    ['[{"ParameterKey": "A"}]', `${file}:1:2: ParameterValue must be text, not nothing`],
    ["text", `${file}:1:1: Expected names and values, not text`],
    ['{"A": "x",}', `${file}:1:11: Expected a key in double quotes, or "}"`],
    ["A: x\nA: y\n", `${file}:2:1: The key "A" is here a second time`],
  ])("that is none is refused with its place: %s", (text, message) => {
    expect(() => readParametersFile(text, file)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message }) as Error,
    );
  });
});

describe("a file of imports", () => {
  it("holds names and values, or what the AWS CLI lists", () => {
    expect(readImportsFile('{"shared-Arn": "arn:1"}', file)).toEqual({ "shared-Arn": "arn:1" });
    const listed = '{"Exports": [{"ExportingStackId": "s", "Name": "shared-Arn", "Value": "arn:1"}]}';
    expect(readImportsFile(listed, file)).toEqual({ "shared-Arn": "arn:1" });
  });
});
