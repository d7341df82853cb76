import { expect, it } from "vitest";
import { addParameter, toChooseOptions } from "./app-options.ts";

it("gathers parameters, whose values may hold anything, and the last of a key", () => {
  const given = ["Stage=dev", "Url=https://x/?a=b", "Empty=", "Stage=prod"];
  expect(given.reduce<Readonly<Record<string, string>>>((all, one) => addParameter(one, all), {})).toEqual({
    Stage: "prod",
    Url: "https://x/?a=b",
    Empty: "",
  });
});

it.each(["Stage", "=dev", ""])("refuses %j as a parameter", (given) => {
  expect(() => addParameter(given)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});

it("hands on what was given, and nothing else", () => {
  expect(toChooseOptions({}, {})).toEqual({ environment: {} });
  expect(
    toChooseOptions({ from: "cdk", parameter: { A: "1" }, parameters: "p.json", imports: "i.json" }, {}),
  ).toEqual({
    environment: {},
    from: "cdk",
    parameters: { A: "1" },
    parametersFile: "p.json",
    importsFile: "i.json",
  });
});
