import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { restoreState } from "../../targets/local/backup/restore-state.ts";
import type { CommandIo } from "../command-io.ts";
import type { RestoreFlags } from "../commands/restore.ts";
import { displayPath } from "../output/format-error.ts";
import { writeOut } from "../output/write-out.ts";
import { checkStage } from "./find-state.ts";
import { formatAmount, progressLine } from "./progress.ts";

/** Restores a backup into a state folder whose app does not run. */
export async function runRestore(given: string, flags: RestoreFlags, io: CommandIo): Promise<void> {
  const { stage, state = ".holdfast", discard = false } = flags;
  if (stage !== undefined) checkStage(stage);
  const progress = progressLine("Checking the backup", io);
  const restored = await restoreState({
    file: path.resolve(io.cwd, given),
    stateDir: path.resolve(io.cwd, state),
    ...(stage !== undefined && { stage }),
    discard,
    clock: systemClock,
    log: silentLog,
    onProgress: (done) => progress.show(done),
  }).finally(() => progress.clear());
  const { manifest, kept } = restored;
  const lines = [
    `Restored the stage ${restored.stage}, as of ${manifest.time}: ${formatAmount(manifest)}`,
    ...(kept === undefined ? [] : [`What was there before is in ${displayPath(kept, io.cwd)}`]),
  ];
  const text =
    flags.json === true
      ? JSON.stringify({ event: "restored", ...manifest, stage: restored.stage, kept })
      : lines.join("\n");
  await writeOut(io.stdout, `${text}\n`);
}
