import { expect, it } from "vitest";
import { readQueryInput } from "./query-input.ts";

const read = (form: string) => readQueryInput(new URLSearchParams(form));

it.each<[string, string, unknown]>([
  ["plain members", "A=1&B=&C=x%20y", { A: "1", B: "", C: "x y" }],
  ["members of members", "A.B.C=1&A.D=2", { A: { B: { C: "1" }, D: "2" } }],
  ["lists", "A.member.2=b&A.member.1=a&A.member.10=c", { A: ["a", "b", "c"] }],
  ["lists of structures", "T.member.1.Key=k&T.member.1.Value=v", { T: [{ Key: "k", Value: "v" }] }],
  ["flattened lists", "Name.1=a&Name.2=b", { Name: ["a", "b"] }],
  ["flattened lists of structures", "E.1.Id=a&E.2.Id=b", { E: [{ Id: "a" }, { Id: "b" }] }],
  ["maps", "M.entry.1.key=k&M.entry.1.value=v", { M: { k: "v" } }],
  [
    "maps with names, of structures",
    "M.entry.1.Name=k&M.entry.1.Value.DataType=String",
    { M: { k: { DataType: "String" } } },
  ],
  ["entries that are no map's", "P.entry.1.Id=a&P.entry.1.Message=m", { P: [{ Id: "a", Message: "m" }] }],
])("reads %s", (_what, form, input) => {
  expect(read(form)).toEqual(input);
});

it("has the first of two values", () => {
  expect(read("A=1&A=2")).toEqual({ A: "1" });
});

it("makes nothing special of names that JavaScript has", () => {
  const input = read("__proto__.a=1&constructor=2") ?? {};
  expect(Object.keys(input)).toEqual(["__proto__", "constructor"]);
  expect(({} as { a?: string }).a).toBeUndefined();
});

it.each(["A=1&A.B=2", `${"a.".repeat(20)}b=1`])("refuses %s", (form) => {
  expect(read(form)).toBeUndefined();
});
