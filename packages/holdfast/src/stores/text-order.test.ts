import fc from "fast-check";
import { expect, it } from "vitest";

import { compareUtf8 } from "./text-order.ts";

it("compareUtf8 gives the order of the texts' bytes", () => {
  // Few characters, from every side of the surrogates, so that texts share beginnings.
  const character = fc.constantFrom(
    "a",
    "\u0000",
    "é",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "😀",
    "🙀",
    "\u{10ffff}",
  );
  const text = fc.oneof(
    fc.array(character, { maxLength: 4 }).map((all) => all.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1_000 },
  );
});
