import path from "node:path";
import { createBundler, type Bundler } from "../../bundle/bundler.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { AppModel } from "../../model/app-model.ts";
import { hasErrors, type Diagnostic } from "../../model/diagnostic.ts";
import { normaliseModel } from "../../model/normalise.ts";
import type { Bundle } from "../../ports/bundle.ts";
import type { Frontend, FrontendSurroundings, Reading } from "../../ports/frontend.ts";
import { readDeclaration, type Declaration } from "./declaration.ts";
import { readBundleCode, type BundleCode } from "./bundle-code.ts";
import { completeFromCode } from "./complete-from-code.ts";
import { placeFindings, placeOfStack } from "./places.ts";

export interface CodeFrontendOptions extends Omit<FrontendSurroundings, "place"> {
  /** Absolute path of the app's file. */
  readonly file: string;
}

/** Reads a code-first app: bundles it, has it evaluated, and checks what it declares. */
export function createCodeFrontend(options: CodeFrontendOptions): Frontend {
  let bundler: Promise<Bundler> | undefined;
  return {
    name: "code",
    async read() {
      bundler ??= createBundler({ entry: options.file, outDir: options.buildDir });
      const { build, discard } = await bundler;
      const { bundle, diagnostics, inputs } = await build();
      if (bundle === undefined) return { diagnostics, inputs };
      const evaluated = await evaluate(bundle, options);
      const all = [...diagnostics, ...evaluated.diagnostics];
      if (evaluated.model === undefined || hasErrors(all)) {
        await discard(bundle);
        return { diagnostics: all, inputs };
      }
      return { model: evaluated.model, diagnostics: all, inputs, bundle };
    },
    async close() {
      await (await bundler)?.close();
    },
  };
}

type Evaluated = Pick<Reading, "model" | "diagnostics">;

async function evaluate(bundle: Bundle, { evaluator, file, check }: CodeFrontendOptions): Promise<Evaluated> {
  let declaration: Declaration;
  let code: BundleCode;
  try {
    const evaluating = evaluator.evaluate(bundle);
    // Beside the evaluation, which is another process's work.
    const [declared, read] = await Promise.all([evaluating, readBundleCode(bundle)]);
    declaration = readDeclaration(declared);
    code = read;
  } catch (error) {
    return { diagnostics: [await toDiagnostic(error, file)] };
  }
  const granted = await completeFromCode(declaration, code);
  const model = normaliseModel(nameFile(granted, path.basename(file)));
  const findings = check(model);
  return { model, diagnostics: await placeFindings(findings, declaration.places, bundle.file) };
}

/** The app does not know the name of its own file; the model says it for every function. */
function nameFile(model: AppModel, file: string): AppModel {
  const functions = model.functions.map((one) =>
    one.code.kind === "export" ? { ...one, code: { ...one.code, file } } : one,
  );
  return { ...model, functions };
}

async function toDiagnostic(error: unknown, file: string): Promise<Diagnostic> {
  if (!(error instanceof HoldfastError) || error.fault === "system") throw error;
  const thrownAt = error.cause instanceof Error ? await placeOfStack(error.cause.stack ?? "") : undefined;
  return {
    severity: "error",
    code: error.code,
    message: error.message,
    hint: error.hint,
    place: thrownAt ?? { file },
  };
}
