import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { commandLinePage } from "./command-line-page.ts";
import { root } from "./repository.ts";

test("docs/reference/command-line.md says what the commands say of themselves", () => {
  expect(readFileSync(path.join(root, "docs/reference/command-line.md"), "utf8")).toBe(commandLinePage());
});
