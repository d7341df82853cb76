import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HoldfastError } from "../../base/errors.ts";
import type { PythonFinder } from "./find-python.ts";
import { foldersIn, prepend } from "./layer-paths.ts";
import type { RuntimeCommand } from "./runtime-command.ts";
import type { RuntimeRequest } from "./runtime-request.ts";

const programs = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../runtime/python" : "./python", import.meta.url),
);

export async function findPythonRuntime(
  request: RuntimeRequest,
  pythons: PythonFinder,
): Promise<RuntimeCommand> {
  checkHandlerFile(request);
  const { fn, dir, environment } = request;
  const python = await pythons.find(fn.runtime, environment);
  // As in Lambda's image; what the function or its layers bring counts more.
  const sdk = python.sdkFolder === undefined ? await pythons.findSdk(python, environment) : undefined;
  const folders = [programs, ...layerFolders(request, [fn.runtime, `python${python.version}`])];
  return {
    command: [python.file, path.join(programs, "lambda_runtime.py")],
    environment: {
      ...prepend("PYTHONPATH", folders, environment),
      ...(sdk !== undefined && { HOLDFAST_PYTHON_SDK: sdk }),
      // On Lambda the code's folder cannot be written to; here a change in it would count as an edit.
      PYTHONDONTWRITEBYTECODE: "1",
      // As with Lambda's locale, which this machine may not have.
      PYTHONUTF8: environment.PYTHONUTF8 ?? "1",
    },
    cwd: dir,
  };
}

function layerFolders({ layers }: RuntimeRequest, versions: readonly string[]): string[] {
  const names = [...new Set(versions)].map((version) => `python/lib/${version}/site-packages`);
  return foldersIn(layers, [...names, "python"]);
}

function checkHandlerFile(request: RuntimeRequest): void {
  const { fn, dir, handler } = request;
  const module = handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/");
  const places = [dir, ...layerFolders(request, [fn.runtime])].map((folder) => path.resolve(folder, module));
  if (places.some((place) => existsSync(`${place}.py`) || existsSync(place))) return;
  throw new HoldfastError(
    "FUNCTION_CODE_INVALID",
    `Function "${fn.name}" has the handler ${handler}, and there is no ${path.resolve(dir, module)}.py`,
  );
}
