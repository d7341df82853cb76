import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { LambdaRuntimeError } from "./lambda-errors.ts";
import type { Handler } from "./run-handler.ts";

/**
 * Loads what a handler's name means: `file.export`, `dir/file.export` or `file.outer.inner`, below the function's code
 * folder. Files are tried in the order of Lambda's runtime: without an ending, `.js`, `.mjs`, `.cjs`.
 *
 * Rejects with a `LambdaRuntimeError`, or with what the code threw.
 */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const { file, exportPath } = splitName(name);
  const handler = valueAt(await loadModule(taskRoot, file), exportPath);
  if (handler === undefined || handler === null)
    throw new LambdaRuntimeError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function")
    throw new LambdaRuntimeError("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler as Handler;
}

function splitName(name: string): { readonly file: string; readonly exportPath: readonly string[] } {
  if (name.includes(".."))
    throw new LambdaRuntimeError(
      "Runtime.MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  const folder = path.posix.dirname(name);
  const [, base, exported] = /^([^.]*)\.(.+)$/.exec(path.posix.basename(name)) ?? [];
  if (base === undefined || exported === undefined)
    throw new LambdaRuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  return { file: path.posix.join(folder, base), exportPath: exported.split(".") };
}

async function loadModule(taskRoot: string, file: string): Promise<unknown> {
  const wanted = path.resolve(taskRoot, file);
  const found = ["", ".js", ".mjs", ".cjs"].map((ending) => wanted + ending).find(isFile);
  try {
    const require = createRequire(path.join(taskRoot, "handler.js"));
    // Not a file of the function's own: of a package, or of a layer.
    if (found === undefined) return require(file);
    return isModule(found) ? await import(pathToFileURL(found).href) : require(found);
  } catch (error) {
    throw explainLoading(error, found);
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function isModule(file: string): boolean {
  if (file.endsWith(".mjs")) return true;
  return file.endsWith(".js") && nearestPackageType(path.dirname(file)) === "module";
}

function nearestPackageType(folder: string): unknown {
  const file = path.join(folder, "package.json");
  if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { readonly type?: unknown }).type;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : nearestPackageType(parent);
}

/** A package that an ES module misses stays Node's own error, as on Lambda (its published source). */
function explainLoading(error: unknown, file: string | undefined): unknown {
  if (error instanceof SyntaxError)
    return new LambdaRuntimeError("Runtime.UserCodeSyntaxError", String(error), {
      stack: placeInModule(file) ?? String(error.stack),
    });
  if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")
    return new LambdaRuntimeError("Runtime.ImportModuleError", String(error), { stack: String(error.stack) });
  return error;
}

/** Where an ES module is wrong, which its error does not tell; undefined where the module itself is in order. */
function placeInModule(file: string | undefined): string | undefined {
  if (file === undefined || !isModule(file)) return undefined;
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 5_000 });
  const [place = "", ...lines] = (stderr ?? "").split("\n");
  if (!/:\d+$/.test(place)) return undefined;
  return [`    at ${place}`, ...lines.slice(0, 2)].join("\n");
}

function valueAt(module: unknown, exportPath: readonly string[]): unknown {
  return exportPath.reduce<unknown>(
    (value, key) =>
      value === undefined || value === null ? undefined : (value as Readonly<Record<string, unknown>>)[key],
    module,
  );
}
