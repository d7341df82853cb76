import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { HoldfastError, toError } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { openLocalStores } from "../stores.ts";
import { askSnapshot } from "./backup-operations.ts";
import type { BackupManifest } from "./manifest.ts";
import { takeSnapshot } from "./snapshot.ts";
import { writeArchive, type WriteArchiveOptions } from "./write-archive.ts";

export interface BackUpOptions extends Pick<WriteArchiveOptions, "onProgress"> {
  readonly stateDir: string;
  readonly stage: string;
  /** Of Holdfast. */
  readonly version: string;
  /** The app that runs with this state; absent when none does. */
  readonly app?: { readonly name: string; readonly control: string };
  /** Absolute. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes a backup of a stage's state. An app that runs copies it aside and goes on; the rest is done here. The file is
 * there whole or as it was. Rejects with `STATE_IN_USE` when an app runs that was not found, with `STATE_CORRUPT`,
 * `STATE_NOT_WRITABLE`, or `OUTPUT_FAILED`.
 */
export async function backUp(options: BackUpOptions): Promise<BackupManifest> {
  const { version, app, stage, clock } = options;
  const time = new Date(clock.now()).toISOString();
  const folder = await (app === undefined ? snapshotOfStopped(options) : askSnapshot(app.control));
  try {
    const about = { version, stage, time, ...(app !== undefined && { app: app.name }) };
    return await writeAside(options, (output) => writeArchive({ ...options, folder, about, output }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function snapshotOfStopped(options: BackUpOptions): Promise<string> {
  const { stateDir, stage } = options;
  const stores = await openLocalStores({ ...options, folder: path.join(stateDir, stage), reset: false });
  try {
    return await takeSnapshot({ stateDir, stage, pid: process.pid, stores });
  } finally {
    await stores.close();
  }
}

async function writeAside(
  { file }: BackUpOptions,
  write: (output: ReturnType<typeof createWriteStream>) => Promise<BackupManifest>,
): Promise<BackupManifest> {
  const aside = `${file}.${process.pid}.part`;
  try {
    // What an app keeps is nobody else's business.
    const manifest = await write(createWriteStream(aside, { mode: 0o600 }));
    await synchronise(aside);
    await rename(aside, file);
    return manifest;
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError("OUTPUT_FAILED", `The backup cannot be written: ${toError(error).message}`, {
      cause: error,
    });
  }
}

async function synchronise(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
