import { stat } from "node:fs/promises";
import path from "node:path";
import { buildHandler, type HandlerBuild, type HandlerSource } from "../../../bundle/handler-bundler.ts";
import { isList, isObject } from "../template/json-kinds.ts";
import type { Json, JsonObject } from "../template/template.ts";
import { digestFiles } from "./code-files.ts";
import type { LocatedCode } from "./located-code.ts";

/** Which file a handler such as `src/app.handler` means, where it has to be built before it can run. */
export interface BuildPlan {
  readonly source: HandlerSource;
  /** The handler's path without its extension: it is the same in the built folder. */
  readonly module: string;
}

const typescriptExtensions = [".ts", ".mts", ".cts", ".tsx"];
const runnableExtensions = [".js", ".mjs", ".cjs"];

/**
 * How a Node handler is to be built: because the template says so (SAM's `BuildMethod: esbuild`), or because there is
 * only TypeScript of it. Undefined where it runs as it is.
 */
export async function planBuild(
  code: LocatedCode,
  handler: string,
  metadata: JsonObject,
  outDir: string,
): Promise<BuildPlan | undefined> {
  const module = moduleOf(handler);
  const properties = metadata.BuildMethod === "esbuild" ? propertiesOf(metadata) : undefined;
  if (properties === undefined) {
    if (await firstFile(code.dir, module, runnableExtensions)) return undefined;
    const entry = await firstFile(code.dir, module, typescriptExtensions);
    return entry === undefined ? undefined : toPlan({ code, module, entry, outDir, properties: {} });
  }
  const [named] = texts(properties.EntryPoints);
  const entry =
    named !== undefined
      ? await firstFile(code.dir, named.replace(/\.[cm]?[jt]sx?$/, ""), [
          path.extname(named),
          ...typescriptExtensions,
          ...runnableExtensions,
        ])
      : await firstFile(code.dir, module, [...typescriptExtensions, ...runnableExtensions]);
  if (entry === undefined) throw new Error(`there is no ${named ?? module} in ${code.dir} to build`);
  return toPlan({ code, module, entry, outDir, properties });
}

/** Builds it. The folder is what runs, and what it imports is what is watched. */
export async function runBuild(plan: BuildPlan): Promise<{ code: LocatedCode; build: HandlerBuild }> {
  const build = await buildHandler(plan.source);
  const inputs = build.inputs.filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const levels = plan.module.split("/").length - 1;
  const dir = path.resolve(plan.source.outDir, ...Array<string>(levels).fill(".."));
  return { code: { dir, revision: await digestFiles(inputs), inputs }, build };
}

interface PlanParts {
  readonly code: LocatedCode;
  readonly module: string;
  readonly entry: string;
  readonly outDir: string;
  readonly properties: JsonObject;
}

function toPlan({ module, entry, outDir, properties }: PlanParts): BuildPlan {
  const isModule = properties.Format === "esm" || entry.endsWith(".mts");
  const [extension = ""] = texts(properties.OutExtension);
  const [, named] = /^\.js=(\..*)$/.exec(extension) ?? [];
  return {
    module,
    source: {
      entry,
      // Where the handler's path leads, wherever the entry was.
      outDir: path.join(outDir, path.dirname(module)),
      name: path.basename(module),
      format: isModule ? "esm" : "cjs",
      extension: named ?? (isModule ? ".mjs" : ".cjs"),
      // As the Lambda image has it, unless the template bundles it.
      external: properties.External === undefined ? ["@aws-sdk/*"] : texts(properties.External),
      define: textRecord(properties.Define),
      loader: loaders(properties.Loader),
    },
  };
}

/** `dir/file` of `dir/file.export.name`: the first dot after the last slash ends it. */
export function moduleOf(handler: string): string {
  const slash = handler.lastIndexOf("/");
  const dot = handler.indexOf(".", slash + 1);
  return dot === -1 ? handler : handler.slice(0, dot);
}

async function firstFile(
  folder: string,
  module: string,
  extensions: readonly string[],
): Promise<string | undefined> {
  for (const extension of extensions) {
    const file = path.join(folder, module + extension);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  return undefined;
}

function propertiesOf({ BuildProperties: properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function texts(value: Json | undefined): string[] {
  return isList(value) ? value.filter((one) => typeof one === "string") : [];
}

function textRecord(value: Json | undefined): Record<string, string> {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(entries.flatMap(([name, one]) => (typeof one === "string" ? [[name, one]] : [])));
}

/** SAM writes `.html=text`, one a line. */
function loaders(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    texts(value).flatMap((one) => {
      const [extension, loader] = one.split("=");
      return extension === undefined || loader === undefined ? [] : [[extension, loader] as const];
    }),
  );
}
