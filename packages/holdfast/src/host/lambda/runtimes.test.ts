import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryLog } from "../../base/log.ts";
import type { FunctionModel } from "../../model/app-model.ts";
import { describeMismatch } from "./program-format.ts";
import { createRuntimeFinder } from "./runtimes.ts";

const findRuntime = createRuntimeFinder();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-runtimes-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function makeFiles(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const dir = path.join(folder, name);
  await mkdir(dir, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  }
  return dir;
}

function model(
  dir: string,
  runtime: string,
  more: Partial<FunctionModel> & { handler?: string } = {},
): FunctionModel {
  const { handler = "index.handler", ...rest } = more;
  return {
    name: "f",
    code: { kind: "handler", dir, handler },
    runtime,
    environment: {},
    timeoutMs: 3000,
    isolated: false,
    grants: [],
    ...rest,
  };
}

const nothing = { environment: { PATH: "/nowhere", HOME: "/nowhere" } };

describe("nodejs", () => {
  test("runs in this Node.js, with a heap that fits its memory, and with layers on the path", async () => {
    const dir = await makeFiles("node", { "index.js": "" });
    const first = await makeFiles("layer-1", { "nodejs/node_modules/a/index.js": "", "bin/tool": "" });
    const second = await makeFiles("layer-2", {
      "nodejs/node18/node_modules/a/index.js": "",
      "lib/x.so": "",
    });
    const found = await findRuntime(model(dir, "nodejs18.x", { memoryMb: 1000, layers: [first, second] }), {
      environment: { PATH: "/bin" },
    });
    expect(found.command[0]).toBe(process.execPath);
    expect(found.command).toContain("--max-old-space-size=900");
    expect(found.command.at(-1)).toMatch(/node-bootstrap\.ts$/);
    expect(found.cwd).toBe(dir);
    expect(found.environment).toMatchObject({
      NODE_PATH: [`${second}/nodejs/node18/node_modules`, `${first}/nodejs/node_modules`, dir].join(":"),
      PATH: `${first}/bin:/bin`,
      LD_LIBRARY_PATH: `${second}/lib`,
    });
  });

  test("names the file that it looked for, and the source beside it", async () => {
    const dir = await makeFiles("node-missing", { "src/app.ts": "" });
    const error = findRuntime(model(dir, "nodejs22.x", { handler: "src/app.handler" }), nothing);
    await expect(error).rejects.toMatchObject({
      code: "FUNCTION_CODE_INVALID",
      message: `Function "f" has the handler src/app.handler, and there is no ${dir}/src/app.js, .mjs or .cjs`,
      hint: expect.stringContaining(`${dir}/src/app.ts`) as string,
    });
  });
});

describe("python", () => {
  /** A Python that says of itself what it is told to. */
  async function fakePython(name: string, version: string, works = true): Promise<string> {
    const [, minor = ""] = version.split(".");
    const script = works ? `printf '["%s", 3, ${minor}, false]' "$0"; echo ran >>"$0.runs"` : "exit 127";
    const dir = await makeFiles(name, { [`python${version}`]: `#!/bin/sh\n${script}\n` });
    await chmod(path.join(dir, `python${version}`), 0o755);
    return dir;
  }

  const findIn = async (runtime: string, ...folders: string[]) => {
    const dir = await makeFiles("python", { "app.py": "" });
    const log = memoryLog();
    const environment = { PATH: [...folders, "/bin"].join(":"), HOME: "/nowhere" };
    const find = createRuntimeFinder({ log });
    const once = (): ReturnType<typeof find> =>
      find(model(dir, runtime, { handler: "app.handler" }), { environment });
    return {
      once,
      found: (await once()).command[0],
      warnings: log.entries.map(({ fields }) => fields.message),
    };
  };

  test("the version asked for is taken, and one that does not run is passed over", async () => {
    const shim = await fakePython("shim", "3.12", false);
    const real = await fakePython("real", "3.12");
    const { found, warnings } = await findIn("python3.12", shim, real);
    expect(found).toBe(`${real}/python3.12`);
    expect(warnings).toEqual([]);
  });

  test("else the nearest newer one, else the newest older one, each with a warning", async () => {
    const older = await fakePython("older", "3.18");
    const newer = await fakePython("newer", "3.20");
    expect((await findIn("python3.19", older, newer)).found).toBe(`${newer}/python3.20`);
    const { found, warnings } = await findIn("python3.20", older);
    expect(found).toBe(`${older}/python3.18`);
    expect(warnings).toEqual([
      `python3.20 is not installed: its functions run in Python 3.18 (${older}/python3.18)`,
    ]);
  });

  test("is looked for once", async () => {
    const dir = await fakePython("counted", "3.12");
    const { once } = await findIn("python3.12", dir);
    await once();
    expect(await readFile(path.join(dir, "python3.12.runs"), "utf8")).toBe("ran\n");
  });

  test("none at all is an error that says what to install", async () => {
    const dir = await makeFiles("python", { "app.py": "" });
    const error = findRuntime(model(dir, "python3.13", { handler: "app.handler" }), nothing);
    await expect(error).rejects.toMatchObject({
      code: "RUNTIME_MISSING",
      hint: expect.stringMatching(
        /apt install python3\.13.*brew install python@3\.13.*pyenv install 3\.13/,
      ) as string,
    });
  });

  test("a missing file is named", async () => {
    const dir = await makeFiles("python-missing", { "app.py": "" });
    const error = findRuntime(model(dir, "python3.12", { handler: "pkg/other.handler" }), nothing);
    await expect(error).rejects.toMatchObject({
      code: "FUNCTION_CODE_INVALID",
      message: expect.stringContaining(`${dir}/pkg/other.py`) as string,
    });
  });
});

describe("provided", () => {
  async function bootstrap(name: string, text: string, mode = 0o755): Promise<string> {
    const dir = await makeFiles(name, { bootstrap: text });
    await chmod(path.join(dir, "bootstrap"), mode);
    return dir;
  }

  test("runs the program, and tells it of the gateway unless the user said where to go", async () => {
    const dir = await bootstrap("program", "#!/bin/sh\n");
    const find = (environment: Record<string, string>) =>
      findRuntime(model(dir, "provided.al2023"), { environment });
    expect(await find({ HOLDFAST_GATEWAY: "localhost:3333" })).toEqual({
      command: [`${dir}/bootstrap`],
      environment: { AWS_ENDPOINT_URL: "http://localhost:3333" },
      cwd: dir,
    });
    const own = { HOLDFAST_GATEWAY: "localhost:3333", AWS_ENDPOINT_URL: "http://elsewhere" };
    expect((await find(own)).environment).toEqual({});
  });

  test.each([
    ["missing", undefined, /there is no .*\/bootstrap$/],
    ["not executable", 0o644, /is not executable$/],
  ])("%s", async (name, mode, message) => {
    const dir =
      mode === undefined ? await makeFiles("no-program", {}) : await bootstrap(name, "#!/bin/sh\n", mode);
    await expect(findRuntime(model(dir, "provided"), nothing)).rejects.toMatchObject({
      code: "FUNCTION_CODE_INVALID",
      message: expect.stringMatching(message) as string,
    });
  });

  test("a program for another machine is told from one for this", () => {
    const elf = Buffer.alloc(64);
    elf.write("\x7fELF", "latin1");
    elf.writeUInt16LE(0xb7, 18);
    expect(describeMismatch(elf, { platform: "linux", arch: "arm64" })).toBeUndefined();
    expect(describeMismatch(elf, { platform: "linux", arch: "x64" })).toBe(
      "it was built for arm64, and this machine is linux on x64",
    );
    expect(describeMismatch(elf, { platform: "darwin", arch: "arm64" })).toContain("Linux on arm64");
    const machO = Buffer.from("cffaedfe0c000001", "hex");
    expect(describeMismatch(machO, { platform: "darwin", arch: "arm64" })).toBeUndefined();
    expect(describeMismatch(machO, { platform: "linux", arch: "x64" })).toContain("macOS");
    expect(describeMismatch(Buffer.from("echo hi"), { platform: "linux", arch: "x64" })).toContain(
      "#!/bin/sh",
    );
  });
});

test.each(["java21", "dotnet8", "ruby3.3"])("%s is refused, with what to do", async (runtime) => {
  await expect(findRuntime(model(folder, runtime), nothing)).rejects.toMatchObject({
    code: "RUNTIME_UNSUPPORTED",
  });
});
