import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { extensionsPage } from "./extensions-page.ts";
import { root } from "./repository.ts";

test("docs/reference/extensions.md is the table of the model", () => {
  expect(readFileSync(path.join(root, "docs/reference/extensions.md"), "utf8")).toBe(extensionsPage());
});
