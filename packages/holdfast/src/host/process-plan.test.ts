import fc from "fast-check";
import { expect, test } from "vitest";
import { functionModel } from "../../test/fixtures/host/host-rig.ts";
import type { FunctionModel } from "../model/app-model.ts";
import { mainKey, planProcesses } from "./process-plan.ts";

const plan = (functions: readonly FunctionModel[], environment = {}) =>
  planProcesses({ functions, environment });

const shape = (functions: readonly FunctionModel[]): [string, string[]][] =>
  plan(functions).map(({ key, functions: planned }) => [key, planned.map(({ name }) => name)]);

test("functions share the main process unless something sets them apart", () => {
  const functions = [
    functionModel("isolated", { isolated: true }),
    functionModel("a"),
    functionModel("small", { memoryMb: 128 }),
    functionModel("b"),
    functionModel("single", { concurrency: 1 }),
  ];
  expect(shape(functions)).toEqual([
    [mainKey, ["a", "b"]],
    ["function:isolated", ["isolated"]],
    ["function:single", ["single"]],
    ["function:small", ["small"]],
  ]);
});

test("functions that agree in their environment share a process; the order of its names does not matter", () => {
  const red = functionModel("red", { environment: { A: "1", B: "2" } });
  const alsoRed = functionModel("alsoRed", { environment: { B: "2", A: "1" } });
  expect(shape([functionModel("plain"), red, alsoRed]).map(([, names]) => names)).toEqual([
    ["red", "alsoRed"],
    ["plain"],
  ]);
});

test("a deployment's environment counts: what it says already sets nobody apart", () => {
  const functions = [functionModel("plain"), functionModel("same", { environment: { A: "1" } })];
  expect(plan(functions, { A: "1" })).toHaveLength(1);
  expect(plan(functions, { A: "2" })).toHaveLength(2);
});

test("the process that evaluated the bundle is never given to a function with a memory limit while another can take it", () => {
  expect(
    shape([functionModel("small", { memoryMb: 128 }), functionModel("single", { concurrency: 1 })])[0]?.[1],
  ).toEqual(["single"]);
});

test("template functions are not planned", () => {
  expect(plan([functionModel("t", { code: { kind: "handler", dir: ".", handler: "a.b" } })])).toEqual([]);
});

test("every function is in exactly one plan, with its own environment and limits, and keys are unique", () => {
  const anyFunction = fc.record({
    isolated: fc.boolean(),
    environment: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom("1", "2")),
    memoryMb: fc.option(fc.constantFrom(128, 256), { nil: undefined }),
    concurrency: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(anyFunction, { maxLength: 12 }), (options) => {
      const functions = options.map(({ memoryMb, concurrency, ...rest }, index) =>
        functionModel(`f${index}`, {
          ...rest,
          ...(memoryMb !== undefined && { memoryMb }),
          ...(concurrency !== undefined && { concurrency }),
        }),
      );
      const plans = plan(functions);
      expect(plans.flatMap((one) => one.functions).toSorted(byName)).toEqual(functions.toSorted(byName));
      expect(new Set(plans.map(({ key }) => key)).size).toBe(plans.length);
      for (const one of plans) {
        for (const fn of one.functions) {
          expect(one).toMatchObject({ environment: fn.environment });
          expect([one.memoryMb, one.concurrency]).toEqual([fn.memoryMb, fn.concurrency]);
        }
      }
    }),
  );
});

function byName(a: FunctionModel, b: FunctionModel): number {
  return a.name < b.name ? -1 : 1;
}
