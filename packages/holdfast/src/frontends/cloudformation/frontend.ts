import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../base/errors.ts";
import { hasErrors, type Diagnostic } from "../../model/diagnostic.ts";
import { normaliseModel } from "../../model/normalise.ts";
import type { Frontend, FrontendSurroundings, Reading } from "../../ports/frontend.ts";
import { readAssembly } from "./cdk/assembly.ts";
import { synthesize } from "./cdk/synthesize.ts";
import { listCodeFiles } from "./code/code-files.ts";
import { readImportsFile, readParametersFile } from "./intrinsics/parameter-file.ts";
import { readApp } from "./read-app.ts";
import type { Stack } from "./stacks/load-stack.ts";

/** Where a template app is: in one template, in a synthesized CDK app, or in one that is synthesized first. */
export type TemplateSource =
  | { readonly kind: "template"; readonly appDir: string; readonly file: string }
  | { readonly kind: "assembly"; readonly appDir: string; readonly folder: string }
  | { readonly kind: "cdk-app"; readonly appDir: string };

export type TemplateFrontendOptions = Omit<FrontendSurroundings, "evaluator"> &
  TemplateSource & {
    /** Values of the template's parameters; they count more than those of the file. */
    readonly parameters: Readonly<Record<string, string>>;
    /** Absolute path. */
    readonly parametersFile?: string;
    /** Absolute path of a file with what other stacks export. */
    readonly importsFile?: string;
    /** What a CDK app is synthesized in. */
    readonly environment: Readonly<Record<string, string | undefined>>;
  };

/** Reads a CloudFormation or SAM template, or the stacks of a CDK app. */
export function createTemplateFrontend(options: TemplateFrontendOptions): Frontend {
  return {
    name: "cloudformation",
    async read() {
      const watched = await watchedPaths(options);
      try {
        return await read(options, watched);
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.fault === "system") throw error;
        const { code, message, hint } = error;
        const place = { file: watched[0] ?? options.appDir };
        return { diagnostics: [{ severity: "error", code, message, hint, place }], inputs: watched };
      }
    },
    close: () => Promise.resolve(),
  };
}

async function read(options: TemplateFrontendOptions, watched: readonly string[]): Promise<Reading> {
  const given = await readGiven(options);
  const { stacks, found } = await findStacks(options);
  const app = await readApp(stacks, { ...options, ...given, appName: appNameOf(options.appDir) });
  const all = [...new Set([...watched, ...app.inputs])];
  const diagnostics = [...found, ...app.diagnostics];
  if (hasErrors(diagnostics)) return { diagnostics, inputs: all };
  const model = normaliseModel(app.model);
  const findings = options.check(model).map(({ subject, severity, code, message, hint }): Diagnostic => {
    const place = app.placeOf(subject);
    return {
      severity,
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...(place !== undefined && { place }),
    };
  });
  return { model, diagnostics: [...diagnostics, ...findings], inputs: all, codeRevisions: app.codeRevisions };
}

/** What of an app must be watched even while it cannot be read. */
async function watchedPaths(options: TemplateFrontendOptions): Promise<readonly string[]> {
  const given = [options.parametersFile, options.importsFile].filter((file) => file !== undefined);
  switch (options.kind) {
    case "template":
      return [options.file, ...given];
    case "assembly":
      return [path.join(options.folder, "manifest.json"), ...given];
    case "cdk-app":
      // It is read again when its own code changes, not what came of it.
      return [
        path.join(options.appDir, "cdk.json"),
        ...given,
        ...(await listCodeFiles(options.appDir)).folders,
      ];
  }
}

interface FoundStacks {
  readonly stacks: readonly Stack[];
  readonly found: readonly Diagnostic[];
}

async function findStacks(options: TemplateFrontendOptions): Promise<FoundStacks> {
  if (options.kind === "template") {
    const name = appNameOf(options.appDir);
    return { stacks: [{ name, file: options.file, assets: new Map() }], found: [] };
  }
  const { folder, found } =
    options.kind === "assembly" ? { folder: options.folder, found: [] } : await synthesized(options);
  const { stacks, stages } = await readAssembly(folder, options.place.stage);
  return {
    stacks: stacks.map(({ name, templateFile, assets }) => ({ name, file: templateFile, assets })),
    found: [...found, ...(stages === undefined ? [] : [stageDiagnostic(stages.taken, stages.others)])],
  };
}

/** Where no cdk is installed, what was synthesized before serves. */
async function synthesized(
  options: TemplateFrontendOptions,
): Promise<{ readonly folder: string; readonly found: readonly Diagnostic[] }> {
  const outDir = path.join(options.buildDir, "cdk.out");
  try {
    await synthesize({ ...options, outDir });
    return { folder: outDir, found: [] };
  } catch (error) {
    const folder = path.join(options.appDir, "cdk.out");
    const isMissing = error instanceof HoldfastError && error.code === "RUNTIME_MISSING";
    if (!isMissing || !existsSync(path.join(folder, "manifest.json"))) throw error;
    const { code, hint } = error;
    const message = `${error.message}: what is read is its cdk.out, as it was synthesized last`;
    return { folder, found: [{ severity: "warning", code, message, hint }] };
  }
}

function stageDiagnostic(taken: string, others: readonly string[]): Diagnostic {
  return {
    severity: "warning",
    code: "TEMPLATE_RESOURCE_IGNORED",
    message: `Of the CDK app's stages ${taken} runs, and ${others.join(", ")} not`,
    hint: `--stage ${others[0] ?? ""} runs another.`,
  };
}

async function readGiven(
  options: TemplateFrontendOptions,
): Promise<Record<"parameters" | "imports", Readonly<Record<string, string>>>> {
  const { parameters, parametersFile, importsFile } = options;
  const fromFile =
    parametersFile === undefined ? {} : readParametersFile(await readText(parametersFile), parametersFile);
  return {
    parameters: { ...fromFile, ...parameters },
    imports: importsFile === undefined ? {} : readImportsFile(await readText(importsFile), importsFile),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HoldfastError("OPTION_INVALID", `${file} cannot be read: ${toError(cause).message}`, { cause });
  }
}

/** The folder's name, as far as names of apps and stacks may have it. */
function appNameOf(appDir: string): string {
  const name = path
    .basename(appDir)
    .replaceAll(/[^\w-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 64);
  return name === "" ? "app" : name;
}
