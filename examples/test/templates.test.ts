import { exec } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { templates } from "../../packages/holdfast/src/cli/new/templates.ts";
import { makeFolder, removeFolder, runHoldfast } from "../../packages/holdfast/test/support/holdfast.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(exec);

test("every example with an app is a template", () => {
  const examples = readdirSync(path.join(root, "examples")).filter((name) =>
    existsSync(path.join(root, "examples", name, "app.ts")),
  );
  expect(templates.map(({ name }) => name).toSorted()).toEqual(examples.toSorted());
});

test.each(templates)(
  "a project from the template $name passes its own tests and type check",
  { timeout: 60_000 },
  async ({ name }) => {
    const folder = await makeFolder({});
    try {
      expect((await runHoldfast(["new", "project", "--template", name], folder)).code).toBe(0);
      const cwd = path.join(folder, "project");
      await symlink(path.join(root, "node_modules"), path.join(cwd, "node_modules"));
      const env = userEnvironment();
      const { stdout } = await run("node --test --test-reporter=tap", { cwd, env });
      expect(stdout).toMatch(/^# pass [1-9]/m);
      expect(stdout).toMatch(/^# fail 0$/m);
      await run(`"${path.join(root, "node_modules/.bin/tsc")}" --noEmit`, { cwd, env });
    } finally {
      await removeFolder(folder);
    }
  },
);

test.each(templates)("the README of the template $name names only files that are there", async ({ name }) => {
  const template = path.join(root, "packages/holdfast/dist/templates", name);
  const readme = await readFile(path.join(template, "README.md"), "utf8");
  const table = readme.split("## What is where")[1] ?? "";
  const named = [...table.matchAll(/^\| (?<files>[^|]*) \|/gm)]
    .flatMap(({ groups }) => [...(groups?.files ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, file = ""]) => file);
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((file) => !existsSync(path.join(template, file)))).toEqual([]);
});

/** What a user's shell has: none of the settings that this test's runner works with. */
function userEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env;
  return { ...env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${env.PATH}` };
}
