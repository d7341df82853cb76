import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfiguration } from "../../src/cli/configuration/read-configuration.ts";
import { settingOf, settingPaths } from "../../src/cli/configuration/settings.ts";
import { configurationPage, exampleFile } from "./configuration-page.ts";
import { root } from "./repository.ts";

test("docs/reference/configuration.md is the table of settings", () => {
  expect(readFileSync(path.join(root, "docs/reference/configuration.md"), "utf8")).toBe(configurationPage());
});

test("the file that docs/reference/configuration.md begins with is without mistakes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-configuration-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "holdfast.yaml"), exampleFile);
  const { app, configuration, warnings } = await readConfiguration({ cwd: folder, env: {} });
  expect({ app, warnings }).toEqual({ app: path.join(folder, "app.ts"), warnings: [] });
  expect(configuration.drain).toMatchObject({ graceMs: 60_000, windowMs: 20_000 });
});

test("what is said about settings fits into a table and a help's line", () => {
  const spoilt = settingPaths.filter((one) => /[|\n]/.test(settingOf(one).about + settingOf(one).kind.name));
  expect(spoilt).toEqual([]);
});
