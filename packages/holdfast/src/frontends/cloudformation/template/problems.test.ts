import { expect, it } from "vitest";
import { createProblems } from "./problems.ts";
import { readTemplate } from "./read-template.ts";

it("problems are kept once and read in the order of the file", () => {
  const { source } = readTemplate("Resources:\n  A: { Type: T }\n  B: { Type: T }\n", "/t.yaml");
  const problems = createProblems(source);
  problems.error(["Resources", "B"], "TEMPLATE_PROPERTY_INVALID", "second", "do this");
  problems.warn(["Resources", "A"], "TEMPLATE_RESOURCE_IGNORED", "first");
  problems.error(["Resources", "B"], "TEMPLATE_PROPERTY_INVALID", "second", "do this");
  problems.error(["Resources", "B", "Type"], "TEMPLATE_PROPERTY_INVALID", "second");
  expect(problems.diagnostics).toEqual([
    {
      severity: "warning",
      code: "TEMPLATE_RESOURCE_IGNORED",
      message: "first",
      place: { file: "/t.yaml", line: 2, column: 3, excerpt: "  A: { Type: T }" },
    },
    expect.objectContaining({ message: "second", hint: "do this" }),
    expect.objectContaining({ message: "second", place: expect.objectContaining({ column: 8 }) as object }),
  ]);
});
