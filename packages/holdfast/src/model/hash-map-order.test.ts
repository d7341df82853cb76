import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { inHashMapOrder } from "./hash-map-order.ts";

describe("inHashMapOrder", () => {
  it("orders names as a captured authorizer's were, whatever their order before", () => {
    const captured = ["falseValue", "emptyValue", "marker", "stageMarker", "principalId", "numberValue"];
    fc.assert(
      fc.property(fc.shuffledSubarray(captured, { minLength: captured.length }), (names) => {
        const record = Object.fromEntries(names.map((name) => [name, name]));
        expect(Object.keys(inHashMapOrder(record))).toEqual(captured);
      }),
    );
  });

  it("keeps names of one bucket in the order they came in", () => {
    const record = { principalId: 1, booleanValue: 2, integrationLatency: 3 };
    expect(Object.keys(inHashMapOrder(record))).toEqual([
      "principalId",
      "booleanValue",
      "integrationLatency",
    ]);
  });

  it("loses nothing, however much there is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer(), { maxKeys: 60 }), (record) => {
        expect(new Map(Object.entries(inHashMapOrder(record)))).toEqual(new Map(Object.entries(record)));
      }),
    );
  });
});
