import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { packageVersion } from "../../base/package-version.ts";
import { backUp } from "../../targets/local/backup/back-up.ts";
import type { CommandIo } from "../command-io.ts";
import type { BackupFlags } from "../commands/backup.ts";
import { displayPath } from "../output/format-error.ts";
import { writeOut } from "../output/write-out.ts";
import { findState } from "./find-state.ts";
import { formatAmount, progressLine } from "./progress.ts";

/** Backs up the state of an app, whether it runs or not. */
export async function runBackup(given: string, flags: BackupFlags, io: CommandIo): Promise<void> {
  const found = await findState(flags, io.cwd);
  const file = path.resolve(io.cwd, given);
  const progress = progressLine(`Backing up ${found.stage}`, io);
  const manifest = await backUp({
    ...found,
    file,
    version: packageVersion(),
    clock: systemClock,
    log: silentLog,
    onProgress: (done) => progress.show(done),
  }).finally(() => progress.clear());
  const text =
    flags.json === true
      ? JSON.stringify({ event: "backed-up", file, ...manifest })
      : `Wrote ${displayPath(file, io.cwd)}: the stage ${manifest.stage}, ${formatAmount(manifest)}`;
  await writeOut(io.stdout, `${text}\n`);
}
