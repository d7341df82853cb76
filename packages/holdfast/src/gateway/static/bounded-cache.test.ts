import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

test("what was used longest ago goes first, and what is too heavy is not kept", () => {
  const cache = new BoundedCache<number>(10);
  cache.set("a", 1, 4);
  cache.set("b", 2, 4);
  cache.get("a");
  cache.set("c", 3, 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
  cache.set("c", 4, 11);
  expect([cache.get("a"), cache.get("c")]).toEqual([1, undefined]);
});

test("it never holds more than it may", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d"),
    weight: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = new BoundedCache<number>(10);
      for (const { key, weight } of steps) {
        cache.set(key, weight, weight);
        const held = ["a", "b", "c", "d"].reduce((sum, one) => sum + (cache.get(one) ?? 0), 0);
        expect(held).toBeLessThanOrEqual(10);
        expect(cache.get(key)).toBe(weight <= 10 ? weight : undefined);
      }
    }),
  );
});
