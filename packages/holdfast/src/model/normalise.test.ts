import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { arbitraryModel } from "../../test/model/arbitrary-model.ts";
import {
  sampleApi,
  sampleFunction,
  sampleModel,
  sampleRoute,
  sampleTable,
} from "../../test/model/sample-model.ts";
import { normaliseModel } from "./normalise.ts";
import { readModel } from "./schema.ts";

describe("normaliseModel", () => {
  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        const once = normaliseModel(model);
        expect(JSON.stringify(normaliseModel(once))).toBe(JSON.stringify(once));
      }),
    );
  });

  it("gives the same for the same app in another order", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        expect(normaliseModel(reversed(model) as typeof model)).toEqual(normaliseModel(model));
      }),
    );
  });

  it("leaves what it is given alone, and freezes what it gives all the way down", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        const before = JSON.stringify(model);
        const normal = normaliseModel(model);
        expect(JSON.stringify(model)).toBe(before);
        expect(Object.isFrozen(model)).toBe(false);
        expect(unfrozen(normal)).toEqual([]);
      }),
    );
  });

  it("gives a model of the right shape", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        expect(readModel(normaliseModel(model))).toEqual({ model: normaliseModel(model) });
      }),
    );
  });

  it("sorts what has no order", () => {
    const model = normaliseModel({
      ...sampleModel,
      webSocketApis: [
        sampleApi({ name: "b", routes: [sampleRoute({ key: "x" }), sampleRoute({ key: "$connect" })] }),
        sampleApi({ name: "a", stageVariables: { z: "1", b: "2" } }),
      ],
      tables: [sampleTable({ name: "z" }), sampleTable({ name: "Z" }), sampleTable({ name: "é" })],
    });
    expect(model.webSocketApis.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(model.webSocketApis[0]?.routes.map(({ key }) => key)).toEqual(["$connect", "x"]);
    expect(Object.keys(model.webSocketApis[1]?.stageVariables ?? {})).toEqual(["b", "z"]);
    expect(model.tables.map(({ name }) => name)).toEqual(["Z", "z", "é"]);
  });

  it("keeps the order of things with the same name, which validation counts", () => {
    const routes = [
      sampleRoute({ key: "b" }),
      sampleRoute({ responds: true }),
      sampleRoute({ responds: false }),
    ];
    const model = normaliseModel({ ...sampleModel, webSocketApis: [sampleApi({ routes })] });
    expect(model.webSocketApis[0]?.routes.map(({ responds }) => responds)).toEqual([true, true, false]);
    expect(model.webSocketApis[0]?.routes.map(({ key }) => key)).toEqual(["b", "join", "join"]);
  });

  it("unites the grants of a resource", () => {
    const grants = [
      { resource: "table:b", operations: ["put", "get"] },
      { resource: "table:a", operations: ["get", "*"] },
      { resource: "table:b", operations: ["get", "delete"] },
    ];
    const model = normaliseModel({ ...sampleModel, functions: [sampleFunction({ grants })] });
    expect(model.functions[0]?.grants).toEqual([
      { resource: "table:a", operations: ["*"] },
      { resource: "table:b", operations: ["delete", "get", "put"] },
    ]);
  });

  it("writes defaults out", () => {
    const limits = { ...sampleApi().limits, integrationTimeoutMs: 5_000 };
    const routes = [
      sampleRoute({ key: "a" }),
      sampleRoute({
        key: "b",
        integration: { kind: "function", function: "handler", proxy: true, timeoutMs: 70 },
      }),
      sampleRoute({ key: "c", integration: { kind: "mock" } }),
    ];
    const [api] = normaliseModel({
      ...sampleModel,
      webSocketApis: [sampleApi({ limits, routes })],
    }).webSocketApis;
    expect(api?.apiKeySelectionExpression).toBe("$request.header.x-api-key");
    expect(api?.routes.map(({ integration }) => integration)).toEqual([
      { kind: "function", function: "handler", proxy: true, timeoutMs: 5_000 },
      { kind: "function", function: "handler", proxy: true, timeoutMs: 70 },
      { kind: "mock" },
    ]);
  });

  it("drops properties that are undefined", () => {
    const loose = { ...sampleFunction(), memoryMb: undefined } as unknown as ReturnType<
      typeof sampleFunction
    >;
    const model = normaliseModel({ ...sampleModel, functions: [loose] });
    expect(model.functions[0]).not.toHaveProperty("memoryMb");
  });
});

/** Lists where order has a meaning, by the name of the property. */
const ordered = new Set(["responses", "schema", "initial", "outputs", "document", "cors"]);

/** Every list and every object's properties the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).toReversed();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, property]) => {
        if (ordered.has(name)) return [name, property];
        // Their order says which has which port; what is in them is turned round.
        return [name, name === "webSocketApis" ? (property as unknown[]).map(reversed) : reversed(property)];
      })
      .toReversed(),
  );
}

function unfrozen(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(unfrozen)];
}
