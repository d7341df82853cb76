import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

test("eventually tries until the attempt does not throw", async () => {
  let tries = 0;
  const value = await eventually(() => {
    tries += 1;
    if (tries < 3) throw new Error("not yet");
    return tries;
  });
  expect(value).toBe(3);
});

test("eventually gives up with the last failure as its cause", async () => {
  const failing = eventually(() => {
    throw new Error("never so");
  }, 30);
  await expect(failing).rejects.toMatchObject({ code: "TEST_TIMEOUT", cause: new Error("never so") });
});
