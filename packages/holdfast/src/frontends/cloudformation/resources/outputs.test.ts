import { expect, it } from "vitest";
import type { Resolve } from "../intrinsics/scope.ts";
import type { Problems } from "../template/template.ts";
import { readOutputs } from "./outputs.ts";

it("outputs have text, a description and an export, where their condition holds", () => {
  const reported: string[] = [];
  const problems: Problems = {
    error: (path, code) => void reported.push(`${code} ${path.join("/")}`),
    warn: () => undefined,
  };
  const resolve: Resolve = (value) => value;
  const outputs = readOutputs(
    {
      Url: { Value: "wss://x", Description: "Where to connect", Export: { Name: "chat-url" } },
      Number: { Value: 5, Condition: "Yes" },
      Off: { Value: "x", Condition: "No" },
      Unknown: { Value: "x", Condition: "What" },
      List: { Value: ["a"] },
      Nothing: {},
    },
    { resolve, condition: (name) => ({ Yes: true, No: false })[name], problems },
  );
  expect(outputs).toEqual([
    { name: "Url", value: "wss://x", description: "Where to connect", exportName: "chat-url" },
    { name: "Number", value: "5" },
    { name: "Unknown", value: "x" },
  ]);
  expect(reported).toEqual([
    "TEMPLATE_PROPERTY_INVALID Outputs/List/Value",
    "TEMPLATE_PROPERTY_INVALID Outputs/Nothing/Value",
  ]);
});
