import { expect, it } from "vitest";
import { FlatList, xmlElement } from "./xml.ts";

it("lays elements out, a level two spaces, in the order given", () => {
  const value = { Name: "a<b", Empty: "", Absent: undefined, Count: 0, Inner: { Yes: true }, None: {} };
  expect(xmlElement("Thing", value, { namespace: "urn:x" })).toBe(
    [
      '<Thing xmlns="urn:x">',
      "  <Name>a&lt;b</Name>",
      "  <Empty/>",
      "  <Count>0</Count>",
      "  <Inner>",
      "    <Yes>true</Yes>",
      "  </Inner>",
      "  <None/>",
      "</Thing>",
      "",
    ].join("\n"),
  );
});

it("gives lists a member each, and flat ones their own name", () => {
  const value = { List: ["a", { B: 1 }], Flat: new FlatList(["c", "d"]), Empty: [] };
  expect(xmlElement("L", value)).toBe(
    [
      "<L>",
      "  <List>",
      "    <member>a</member>",
      "    <member>",
      "      <B>1</B>",
      "    </member>",
      "  </List>",
      "  <Flat>c</Flat>",
      "  <Flat>d</Flat>",
      "  <Empty/>",
      "</L>",
      "",
    ].join("\n"),
  );
});
