import path from "node:path";
import { toError } from "../../../base/errors.ts";
import { hasErrors, type Diagnostic } from "../../../model/diagnostic.ts";
import type { FunctionModel } from "../../../model/app-model.ts";
import { planBuild, runBuild } from "./build-typescript.ts";
import { locateCode } from "./locate-code.ts";
import type { LocatedCode } from "./located-code.ts";
import type { CodeSource, DraftFunction } from "../resources/draft.ts";
import type { Problems } from "../template/template.ts";

export interface LocateFunctionsOptions {
  readonly appDir: string;
  /** Where code is unpacked and built to. */
  readonly buildDir: string;
  readonly problems: Problems;
}

export interface LocatedFunctions {
  readonly functions: readonly FunctionModel[];
  /** Of builds; all else went to the problems. */
  readonly diagnostics: readonly Diagnostic[];
  readonly inputs: readonly string[];
  readonly codeRevisions: Readonly<Record<string, string>>;
}

/** Finds the code of each function and the contents of its layers, and builds what has to be built. */
export async function locateFunctions(
  drafts: readonly DraftFunction[],
  options: LocateFunctionsOptions,
): Promise<LocatedFunctions> {
  const located = await Promise.all(drafts.map((draft) => locateFunction(draft, options)));
  return {
    functions: located.flatMap((one) => one.model ?? []),
    diagnostics: located.flatMap((one) => one.diagnostics),
    inputs: located.flatMap((one) => one.inputs),
    codeRevisions: Object.fromEntries(located.map((one) => [one.name, one.revision])),
  };
}

interface Located {
  readonly name: string;
  /** Absent when its code cannot be had. */
  readonly model?: FunctionModel;
  readonly diagnostics: readonly Diagnostic[];
  readonly inputs: readonly string[];
  readonly revision: string;
}

async function locateFunction(draft: DraftFunction, options: LocateFunctionsOptions): Promise<Located> {
  const { resource, source, handler, layers, ...model } = draft;
  // Watched even where there is nothing yet.
  const inputs = [source, ...layers].flatMap((one) => (one.kind === "local" ? [one.path] : []));
  const nothing = { name: draft.name, diagnostics: [], inputs, revision: "" };
  try {
    const code = await find(source, `functions/${draft.name}`, options, draft.runtime);
    inputs.push(...code.inputs);
    const contents = await Promise.all(
      layers.map((layer, at) => find(layer, `layers/${draft.name}-${at}`, options)),
    );
    const built = await build(code, draft, options);
    const all = [built.code, ...contents];
    return {
      name: draft.name,
      ...(!hasErrors(built.diagnostics) && {
        model: {
          ...model,
          code: { kind: "handler", dir: shown(built.code.dir, options.appDir), handler },
          ...(contents.length > 0 && { layers: contents.map(({ dir }) => shown(dir, options.appDir)) }),
        },
      }),
      diagnostics: built.diagnostics,
      inputs: [...inputs, ...all.flatMap((one) => one.inputs)],
      revision: all.map(({ revision }) => revision).join(" "),
    };
  } catch (error) {
    const message = `The code of ${resource.logicalId} cannot be used: ${toError(error).message}`;
    options.problems.error([...resource.path, "Properties", "Code"], "FUNCTION_CODE_INVALID", message);
    return nothing;
  }
}

async function build(
  code: LocatedCode,
  { name, runtime, handler, resource }: DraftFunction,
  { buildDir }: LocateFunctionsOptions,
): Promise<{ readonly code: LocatedCode; readonly diagnostics: readonly Diagnostic[] }> {
  if (!runtime.startsWith("nodejs")) return { code, diagnostics: [] };
  const plan = await planBuild(code, handler, resource.metadata, path.join(buildDir, "built", name));
  if (plan === undefined) return { code, diagnostics: [] };
  const { code: built, build } = await runBuild(plan);
  return { code: built, diagnostics: build.diagnostics };
}

function find(
  source: CodeSource,
  work: string,
  { buildDir }: LocateFunctionsOptions,
  runtime?: string,
): Promise<LocatedCode> {
  return locateCode(source, {
    workDir: path.join(buildDir, work),
    ...(runtime !== undefined && { runtime }),
  });
}

/** A path as the model shows it: relative to the app's folder where it lies below. */
function shown(dir: string, appDir: string): string {
  const relative = path.relative(appDir, dir);
  return relative.startsWith("..") || path.isAbsolute(relative) ? dir : relative === "" ? "." : relative;
}
