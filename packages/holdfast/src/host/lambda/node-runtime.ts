import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HoldfastError } from "../../base/errors.ts";
import { foldersIn } from "./layer-paths.ts";
import type { RuntimeCommand } from "./runtime-command.ts";
import type { RuntimeRequest } from "./runtime-request.ts";

const bootstrap = new URL(
  import.meta.url.endsWith(".ts") ? "../../runtime/lambda/node-bootstrap.ts" : "./lambda-node.js",
  import.meta.url,
);

const endings = ["", ".js", ".mjs", ".cjs"];
const sourceEndings = [".ts", ".mts", ".cts", ".tsx"];

/** What of a function's memory the heap and, of that, its young part may take, in percent; about Lambda's [not known]. */
const heapPercent = 90;
const semiSpacePercent = 5;
/** Lambda's default, in MB. */
const defaultMemoryMb = 128;

/** Whatever version the function asks for, it runs in this Node.js. */
export function findNodeRuntime(request: RuntimeRequest): RuntimeCommand {
  checkHandlerFile(request);
  const { fn, dir } = request;
  const imageFile = findImage(dir);
  return {
    command: [
      process.execPath,
      ...heapFlags(fn.memoryMb ?? defaultMemoryMb),
      ...moduleFlags(fn.runtime),
      fileURLToPath(bootstrap),
    ],
    environment: {
      // A function's own NODE_PATH is in place of Lambda's, as there.
      NODE_PATH: fn.environment.NODE_PATH ?? nodePath(request),
      ...(imageFile !== undefined && { HOLDFAST_LAMBDA_IMAGE: imageFile }),
    },
    cwd: dir,
  };
}

/** As on Lambda: packages of layers, for this version and for all, and the code's own folder (documented). */
function nodePath({ fn, dir, layers }: RuntimeRequest): string {
  const version = /^nodejs(\d+)/.exec(fn.runtime)?.[1] ?? "";
  const folders = foldersIn(layers, [`nodejs/node${version}/node_modules`, "nodejs/node_modules"]);
  return [...folders, dir].join(path.delimiter);
}

/** `package.json` of what is installed in place of Lambda's image: beside Holdfast, or beside the app. */
function findImage(dir: string): string | undefined {
  for (const from of [import.meta.url, path.join(dir, "app.js")]) {
    try {
      return createRequire(from).resolve("holdfast-lambda-image/package.json");
    } catch {
      // Not there.
    }
  }
  return undefined;
}

function checkHandlerFile({ fn, dir, handler, layers }: RuntimeRequest): void {
  const file = path.posix.join(
    path.posix.dirname(handler),
    path.posix.basename(handler).replace(/\..*$/, ""),
  );
  const wanted = path.resolve(dir, file);
  const inLayers = foldersIn(layers, ["nodejs/node_modules"]).map((folder) => path.join(folder, file));
  const inPackages = path.join(dir, "node_modules", file);
  if ([wanted, inPackages, ...inLayers].some((base) => endings.some((ending) => existsSync(base + ending))))
    return;
  const source = sourceEndings.map((ending) => wanted + ending).find((one) => existsSync(one));
  throw new HoldfastError(
    "FUNCTION_CODE_INVALID",
    `Function "${fn.name}" has the handler ${handler}, and there is no ${wanted}.js, .mjs or .cjs`,
    source === undefined
      ? {}
      : {
          hint: `There is ${source}: compile it, or have the function bundled (in SAM: Metadata, BuildMethod: esbuild).`,
        },
  );
}

function heapFlags(memoryMb: number): string[] {
  return [
    `--max-old-space-size=${Math.floor((memoryMb * heapPercent) / 100)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor((memoryMb * semiSpacePercent) / 100))}`,
  ];
}

/** Lambda's runtimes before nodejs24.x neither require ES modules nor guess what a file is (documented for nodejs22.x). */
function moduleFlags(runtime: string): string[] {
  const version = Number(/^nodejs(\d+)/.exec(runtime)?.[1]);
  if (version >= 24) return [];
  const off = ["--no-experimental-require-module", "--no-experimental-detect-module"];
  return off.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
}
