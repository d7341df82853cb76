import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "./fifo.ts";

it("a fifo gives back what came, in its order, as an array would", () => {
  const steps = fc.array(
    fc.oneof(
      fc.nat(3000).map((n) => ["push", n] as const),
      fc.nat(3000).map((n) => ["shift", n] as const),
    ),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(steps, (calls) => {
      const fifo = new Fifo<number>();
      const array: number[] = [];
      const taken: (readonly [number | undefined, number | undefined])[] = [];
      let next = 0;
      for (const [call, times] of calls) {
        for (let count = 0; count < times; count++) {
          if (call === "shift") taken.push([fifo.shift(), array.shift()]);
          else {
            fifo.push(next);
            array.push(next);
            next += 1;
          }
        }
        expect(fifo.size).toBe(array.length);
      }
      for (const [actual, expected] of taken) expect(actual).toBe(expected);
      fifo.clear();
      expect([fifo.size, fifo.shift()]).toEqual([0, undefined]);
    }),
    { numRuns: 30 },
  );
});
