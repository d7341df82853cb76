import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { chooseApp } from "../../frontends/choose.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { readLocally } from "../../targets/local/read-locally.ts";
import type { CommandIo } from "../command-io.ts";
import { toChooseOptions } from "../commands/app-options.ts";
import type { InspectFlags } from "../commands/inspect.ts";
import { formatDiagnostic } from "../output/format-error.ts";
import { stylesFor } from "../output/styles.ts";
import { formatModel } from "./format-model.ts";
import { hideSecureValues } from "./secure-values.ts";

/** Reads an app without running it and prints its model. Throws `InvalidAppError` when it has errors. */
export async function runInspect(
  named: string | undefined,
  flags: InspectFlags,
  io: CommandIo,
): Promise<void> {
  const chosen = await chooseApp(named, io.cwd, toChooseOptions(flags, io.env));
  const reading = await readLocally({
    stateDir: path.join(chosen.appDir, ".holdfast"),
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
    environment: io.env,
    stage: flags.stage,
    clock: systemClock,
    log: silentLog,
  });
  if (reading.model === undefined) throw new InvalidAppError(reading.diagnostics);
  for (const diagnostic of reading.diagnostics) {
    io.stderr.write(`${formatDiagnostic(diagnostic, stylesFor(io.stderr, io.env), io.cwd)}\n`);
  }
  const shown = hideSecureValues(reading.shown ?? reading.model);
  const text =
    flags.json === true
      ? JSON.stringify(shown, undefined, 2)
      : formatModel(shown, stylesFor(io.stdout, io.env));
  io.stdout.write(`${text}\n`);
}
