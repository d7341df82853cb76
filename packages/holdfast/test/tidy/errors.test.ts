import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { errorCodes } from "../../src/base/error-codes.ts";
import { listFiles, root, sourceDir } from "./repository.ts";
import { errorsPage } from "./errors-page.ts";

test("docs/reference/errors.md lists exactly the codes of the registry", () => {
  expect(readFileSync(path.join(root, "docs/reference/errors.md"), "utf8")).toBe(errorsPage());
});

test("every code of the registry is used somewhere", () => {
  const text = listFiles(sourceDir)
    .filter((file) => file.endsWith(".ts") && !file.endsWith("error-codes.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  expect(Object.keys(errorCodes).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
});
