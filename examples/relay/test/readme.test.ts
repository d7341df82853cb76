import { expect, test } from "vitest";
import { followReadme } from "../../test/readme.ts";

test("the commands of the README work, and write what it shows", { timeout: 60_000 }, async () => {
  const { shown, written } = await followReadme("relay");
  expect(written).toEqual(shown);
});
