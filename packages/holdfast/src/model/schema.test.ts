import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { arbitraryModel } from "../../test/model/arbitrary-model.ts";
import { sampleApi, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import { readModel } from "./schema.ts";

/** What is wrong with the model after one change to its JSON. */
function problemsAfter(change: (model: ReturnType<typeof looseCopy>) => void): readonly string[] {
  const model = looseCopy();
  change(model);
  const reading = readModel(model);
  return "problems" in reading ? reading.problems : [];
}

type Loose = { [name: string]: Loose } & Loose[];

function looseCopy(): Loose {
  return JSON.parse(JSON.stringify(sampleModel)) as Loose;
}

describe("readModel", () => {
  it("gives back every model that went through JSON", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        const json: unknown = JSON.parse(JSON.stringify(model));
        expect(readModel(json)).toEqual({ model: json });
      }),
    );
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withMap: true }), (value) => {
        expect(readModel(value)).toHaveProperty("problems");
      }),
    );
  });

  it.each<[string, (model: Loose) => void, RegExp]>([
    ["an absent property", (model) => void delete model.tables, /^tables: .*received undefined/],
    ["an unknown property", (model) => Object.assign(model.app ?? {}, { colour: 1 }), /^app\.colour: /],
    ["another version", (model) => Object.assign(model, { version: 2 }), /^version: .*1.*2/],
    [
      "a wrong type deep down",
      (model) => Object.assign(model.webSocketApis?.[0]?.routes?.[1] ?? {}, { key: 5 }),
      /^webSocketApis\.0\.routes\.1\.key: .*string.*5/,
    ],
    [
      "an unknown kind",
      (model) =>
        Object.assign(model.webSocketApis?.[0]?.routes?.[0]?.integration ?? {}, { kind: "carrier-pigeon" }),
      /^webSocketApis\.0\.routes\.0\.integration\.kind: .*carrier-pigeon/,
    ],
    [
      "a number that is none",
      (model) => Object.assign(model.functions?.[0] ?? {}, { timeoutMs: Number.NaN }),
      /^functions\.0\.timeoutMs: .*NaN/,
    ],
    [
      "an endless number",
      (model) => Object.assign(model.functions?.[0] ?? {}, { timeoutMs: Number.POSITIVE_INFINITY }),
      /^functions\.0\.timeoutMs: /,
    ],
    [
      "an explicit undefined",
      (model) => Object.assign(model.functions?.[0] ?? {}, { memoryMb: undefined }),
      /^functions\.0\.memoryMb: /,
    ],
    [
      "a name that objects have by birth",
      (model) => Object.assign(model.webSocketApis?.[0] ?? {}, { stageVariables: { constructor: "x" } }),
      /^webSocketApis\.0\.stageVariables: .*constructor/,
    ],
    [
      "a list too long",
      (model) => Object.assign(model, { schedules: Array.from({ length: 10_001 }, () => ({})) }),
      /^schedules: .*10000/,
    ],
    [
      "a text too long",
      (model) => Object.assign(model.app ?? {}, { name: "x".repeat(1_048_577) }),
      /^app\.name: .*1048576/,
    ],
  ])("says where: %s", (_, change, problem) => {
    expect(problemsAfter(change)).toContainEqual(expect.stringMatching(problem));
  });

  it("returns all problems at once", () => {
    const problems = problemsAfter((model) => {
      delete model.tables;
      delete model.app;
      Object.assign(model.webSocketApis?.[0] ?? {}, { name: 1, routes: "none" });
    });
    expect(problems).toHaveLength(4);
  });

  it("returns a hundred problems at most, and says how many more there are", () => {
    const problems = problemsAfter((model) =>
      Object.assign(model, { schedules: Array.from({ length: 120 }) }),
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe("and 20 more");
  });

  it("names the whole when that is not an object", () => {
    expect(readModel(undefined)).toEqual({ problems: [expect.stringMatching(/^model: /)] });
  });

  it("gives the sample back", () => {
    const model = { ...sampleModel, webSocketApis: [sampleApi({ routes: [sampleRoute()] })] };
    expect(readModel(model)).toEqual({ model });
  });
});
