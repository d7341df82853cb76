import { HoldfastError } from "../../base/errors.ts";
import { silentLog, type Log } from "../../base/log.ts";
import { findCustomRuntime } from "./custom-runtime.ts";
import { PythonFinder } from "./find-python.ts";
import { layerPaths } from "./layer-paths.ts";
import { findNodeRuntime } from "./node-runtime.ts";
import { findPythonRuntime } from "./python-runtime.ts";
import type { FindRuntime, RuntimeCommand } from "./runtime-command.ts";
import { readRequest, type RuntimeRequest } from "./runtime-request.ts";

/** Keeps what it finds of the machine for as long as it lives. What stands in for something else is logged. */
export function createRuntimeFinder({ log = silentLog }: { readonly log?: Log } = {}): FindRuntime {
  const pythons = new PythonFinder(log);
  return async (fn, { environment }) => {
    const request = readRequest(fn, environment);
    const command = await findCommand(request, pythons);
    return { ...command, environment: { ...layerPaths(request), ...command.environment } };
  };
}

async function findCommand(request: RuntimeRequest, pythons: PythonFinder): Promise<RuntimeCommand> {
  const { name, runtime } = request.fn;
  if (runtime.startsWith("nodejs")) return findNodeRuntime(request);
  if (/^python3\.\d+$/.test(runtime)) return await findPythonRuntime(request, pythons);
  if (/^provided(?:\.|$)|^go1\.x$/.test(runtime)) return findCustomRuntime(request);
  throw new HoldfastError("RUNTIME_UNSUPPORTED", `Function "${name}" asks for the runtime ${runtime}`, {
    hint: "Holdfast runs nodejs, python3 and provided runtimes. Use one of these (a program of any language that speaks the Lambda Runtime API can be a `bootstrap`), or give the route an HTTP integration with a server that runs the code.",
  });
}
