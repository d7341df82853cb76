/** Copies the examples to where `holdfast new` takes its templates from. */
import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What belongs to the repository: tests that need it, and what `template/` has in a form of its own. */
const leftOut = new Set([
  "node_modules",
  ".holdfast",
  "test",
  "template",
  "package.json",
  "README.md",
  "screenshot.png",
]);

/** Every example with a folder `template/`; what lies in that comes in addition. */
export async function buildTemplates(into: string): Promise<void> {
  const examples = path.join(repository, "examples");
  for (const name of await readdir(examples)) {
    const example = path.join(examples, name);
    if (!(await isFolder(path.join(example, "template")))) continue;
    const template = path.join(into, name);
    await cp(example, template, {
      recursive: true,
      filter: (file) => path.dirname(file) !== example || !leftOut.has(path.basename(file)),
    });
    await cp(path.join(example, "template"), template, { recursive: true });
    await writeJson(path.join(template, "package.json"), await manifestFor(example));
    await writeJson(path.join(template, "tsconfig.json"), tsconfig);
  }
}

interface Manifest {
  readonly version?: string;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** `holdfast new` adds the name. */
async function manifestFor(example: string): Promise<object> {
  const { description, dependencies = {} } = await readManifest(example);
  const { version = "" } = await readManifest(path.join(repository, "packages/holdfast"));
  const { devDependencies: tools = {} } = await readManifest(repository);
  const wanted = ["@types/node", "typescript", ...Object.keys(dependencies).map((name) => `@types/${name}`)];
  return {
    name: "",
    version: "0.0.0",
    private: true,
    description,
    type: "module",
    scripts: { dev: "holdfast dev", test: "node --test", types: "tsc --noEmit" },
    dependencies: { ...dependencies, holdfast: version },
    devDependencies: Object.fromEntries(
      Object.entries(tools)
        .filter(([name]) => wanted.includes(name))
        .map(([name, exact]) => [name, `^${exact}`]),
    ),
    engines: { node: ">=22.22" },
  };
}

const tsconfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "esnext.array", "esnext.disposable", "dom", "dom.iterable"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  exclude: ["node_modules", ".holdfast"],
};

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Manifest;
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
