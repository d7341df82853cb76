import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { templates } from "../../src/cli/new/templates.ts";
import { holdfastBin, makeFolder, removeFolder, runHoldfast } from "../support/holdfast.ts";
import { hasPseudoTerminal, PseudoTerminal } from "../support/pseudo-terminal.ts";

let folder: string;

beforeEach(async () => {
  folder = await makeFolder({});
});

afterEach(() => removeFolder(folder));

const readJson = async (file: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path.join(folder, file), "utf8")) as Record<string, unknown>;

test("a project has all that it needs, with a name from its folder and this version of Holdfast", async () => {
  const { code, stdout, stderr } = await runHoldfast(["new", "My Chat", "--template", "chat"], folder);

  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/chat is in My Chat[\s\S]*cd 'My Chat'[\s\S]*npm install[\s\S]*npx holdfast dev/);
  expect((await readdir(path.join(folder, "My Chat"))).toSorted()).toEqual(
    [
      ".gitignore",
      "README.md",
      "app.test.ts",
      "app.ts",
      "holdfast.yaml",
      "package.json",
      "public",
      "tsconfig.json",
    ].toSorted(),
  );
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await readJson("My Chat/package.json")).toMatchObject({
    name: "my-chat",
    private: true,
    type: "module",
    scripts: { dev: "holdfast dev", test: "node --test" },
    dependencies: { holdfast: version },
  });
  expect(await readFile(path.join(folder, "My Chat/.gitignore"), "utf8")).toContain(".holdfast/");
});

test("this folder will do when it holds nothing but .git, and without a terminal the relay is taken", async () => {
  await mkdir(path.join(folder, ".git"));
  const { code, stdout } = await runHoldfast(["new", "--json"], folder);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    event: "created",
    folder,
    template: "relay",
    name: path.basename(folder).toLowerCase(),
  });
  expect(await stat(path.join(folder, "broadcast.ts"))).toBeDefined();
});

test("a folder that is not empty is left alone", async () => {
  await writeFile(path.join(folder, "notes.txt"), "mine");
  const { code, stderr } = await runHoldfast(["new"], folder);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/it has notes\.txt[\s\S]*FOLDER_NOT_EMPTY/)]);
  expect(await readdir(folder)).toEqual(["notes.txt"]);
  const onFile = await runHoldfast(["new", "notes.txt"], folder);
  expect([onFile.code, onFile.stderr]).toEqual([1, expect.stringContaining("notes.txt")]);
});

test("an unknown template is an error that lists those there are, and --help lists them as well", async () => {
  const { code, stderr } = await runHoldfast(["new", "x", "--template", "y"], folder);
  const help = await runHoldfast(["new", "--help"], folder);
  expect(code).toBe(1);
  for (const { name, description } of templates) {
    expect(stderr).toContain(name);
    expect(help.stdout).toContain(`${name.padEnd(21)}${description}`);
  }
  expect(await readdir(folder)).toEqual([]);
});

describe.skipIf(!hasPseudoTerminal)("on a terminal", () => {
  const open = (...args: string[]): PseudoTerminal =>
    new PseudoTerminal([process.execPath, holdfastBin, "new", ...args], { cwd: folder, columns: 100 });

  test("it asks which template, again where the answer is none", async () => {
    await using terminal = open("game");
    await terminal.untilShown("Number or name");
    terminal.type("nonsense\r");
    await terminal.untilShown("none of them");
    terminal.type("3\r");
    expect(await terminal.exited).toBe(0);
    expect(await stat(path.join(folder, "game/cli.ts"))).toBeDefined();
  });

  test.each([
    ["Ctrl-D", "\u0004"],
    ["Ctrl-C", "\u0003"],
  ])("%s leaves, and nothing is made", async (_name, key) => {
    await using terminal = open("game");
    await terminal.untilShown("Number or name");
    terminal.type(key);
    expect(await terminal.exited).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });
});
