import { expect, it } from "vitest";
import { resourceSet } from "../../../../test/cloudformation/resource-set.ts";
import { propertiesOf } from "./properties.ts";
import type { Json } from "../template/template.ts";

function read(Properties: Readonly<Record<string, Json>>) {
  const { set, diagnostics } = resourceSet({ Thing: { Type: "AWS::X::Y", Properties } });
  const [resource] = set.all;
  if (resource === undefined) throw new Error("no resource");
  return { properties: propertiesOf(resource, set.problems), diagnostics };
}

it("takes what CloudFormation takes for text, numbers, booleans and documents", () => {
  const { properties, diagnostics } = read({
    Text: 5,
    Number: "30",
    Flag: "True",
    One: "a",
    Many: ["a", 1],
    Map: { a: 1, b: true },
    Document: '{"a":1}',
  });
  expect(properties.text("Text")).toBe("5");
  expect(properties.number("Number", { from: 1, to: 30, unit: "seconds" })).toBe(30);
  expect(properties.flag("Flag")).toBe(true);
  expect(properties.texts("One")).toEqual(["a"]);
  expect(properties.texts("Many")).toEqual(["a", "1"]);
  expect(properties.textMap("Map")).toEqual({ a: "1", b: "true" });
  expect(properties.document("Document")?.value).toEqual({ a: 1 });
  expect(properties.text("Absent")).toBeUndefined();
  expect(diagnostics).toEqual([]);
});

it("reports each value of another kind at its path", () => {
  const { properties, diagnostics } = read({
    Text: {},
    Number: "many",
    Range: 31.5,
    Flag: "perhaps",
    List: [{ Deep: [] }, "a"],
    Choice: "c",
  });
  properties.text("Text");
  properties.number("Number");
  properties.number("Range", { from: 1, to: 30, unit: "seconds" });
  properties.flag("Flag");
  properties.objects("List").forEach((one) => one.text("Deep"));
  properties.choice("Choice", ["a", "b"]);
  properties.require("Absent");
  expect(diagnostics.map(({ path, message }) => `${path.slice(27)}: ${message}`)).toEqual([
    'Text: "Text" of Thing (AWS::X::Y) is to be text, and is an object',
    'Number: "Number" of Thing (AWS::X::Y) is to be a number, and is text, "many"',
    'Range: "Range" of Thing (AWS::X::Y) is 31.5; it may be a whole number from 1 to 30 seconds',
    'Flag: "Flag" of Thing (AWS::X::Y) is to be true or false, and is text, "perhaps"',
    'List/1: "List[1]" of Thing (AWS::X::Y) is to be an object, and is text, "a"',
    'List/0/Deep: "List[0].Deep" of Thing (AWS::X::Y) is to be text, and is a list',
    'Choice: "Choice" of Thing (AWS::X::Y) is "c"; it may be a, b',
    'Absent: "Absent" of Thing (AWS::X::Y) is missing',
  ]);
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["TEMPLATE_PROPERTY_INVALID"]));
});
