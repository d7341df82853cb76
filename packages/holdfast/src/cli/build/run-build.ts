import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { hasErrors, type Diagnostic } from "../../model/diagnostic.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { withReading } from "../../targets/local/read-locally.ts";
import type { CommandIo } from "../command-io.ts";
import type { BuildFlags, BuildTarget } from "../commands/build.ts";
import { readAppAndConfiguration } from "../serve/read-serve-configuration.ts";
import { buildArchiveTarget } from "./build-archive-target.ts";
import { buildDockerTarget } from "./build-docker-target.ts";
import type { BuildInputs } from "./build-inputs.ts";
import { buildKubernetesTarget } from "./build-kubernetes-target.ts";
import { buildObservabilityTarget } from "./build-observability-target.ts";
import type { BuildResult } from "./build-result.ts";
import { createBuildReport } from "./build-report.ts";
import { shownFrom, type Shown } from "./shown-path.ts";

const targets = {
  archive: buildArchiveTarget,
  docker: buildDockerTarget,
  kubernetes: buildKubernetesTarget,
  observability: buildObservabilityTarget,
} as const satisfies Record<BuildTarget, (inputs: BuildInputs, shown: Shown) => Promise<BuildResult>>;

/** Reads the app and its configuration, writes what the target asks for, and says what to type next. */
export async function runBuild(named: string | undefined, flags: BuildFlags, io: CommandIo): Promise<void> {
  const report = createBuildReport({ asJson: flags.json === true, io });
  const { chosen, reading } = await readAppAndConfiguration(named, flags, io);
  const { configuration, warnings } = reading;
  report.reading(chosen.path);
  const stateDir = path.join(chosen.appDir, ".holdfast");
  const result = await withReading(
    {
      stateDir,
      openFrontend: chosen.open,
      evaluates: chosen.evaluates,
      environment: io.env,
      stage: configuration.stage,
      clock: systemClock,
      log: silentLog,
    },
    async ({ model, diagnostics }, surroundings) => {
      if (model === undefined || hasErrors(diagnostics)) throw new InvalidAppError(diagnostics);
      report.building(model.app.name, flags.target);
      const out = path.resolve(io.cwd, flags.out);
      const file = reading.file === undefined ? {} : { configurationFile: reading.file };
      const inputs = { chosen, model, configuration, surroundings, out, ...file };
      const built = await targets[flags.target](inputs, shownFrom(io.cwd));
      return {
        ...built,
        diagnostics: withoutRepeats([...warnings, ...diagnostics, ...built.diagnostics]),
        app: model.app.name,
      };
    },
  );
  await report.built(result, flags.target);
}

/** An archive's bundle is built after the app was read, and the same is found twice. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
