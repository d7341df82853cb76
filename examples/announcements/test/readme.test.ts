import { expect, test } from "vitest";
import { followReadme } from "../../test/readme.ts";

test("the README's commands do what it shows", async () => {
  const { shown, written } = await followReadme("announcements");
  expect(written).toEqual(shown);
});
