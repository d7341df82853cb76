import { HoldfastError } from "../../../base/errors.ts";
import { isRecord } from "../../../base/is-record.ts";
import type { BackupSource } from "../../../ports/backups.ts";
import { askOperation } from "../control/ask-app.ts";
import type { ControlOperations } from "../control/control-messages.ts";
import { takeSnapshot } from "./snapshot.ts";

/** Copying a large state takes its time. */
const snapshotTimeoutMs = 6 * 60 * 60 * 1000;

/** Has a running app copy its state aside, and resolves with the folder. Whoever asks removes it. */
export async function askSnapshot(address: string): Promise<string> {
  return String(await askOperation(address, operation, { pid: process.pid }, snapshotTimeoutMs));
}

export interface SnapshotParts {
  readonly stateDir: string;
  readonly stage: string;
  readonly stores: BackupSource;
}

export function backupOperations(parts: SnapshotParts): ControlOperations {
  return {
    [operation](argument) {
      const pid = isRecord(argument) ? argument.pid : undefined;
      if (typeof pid !== "number" || !Number.isInteger(pid) || pid < 1) {
        throw new HoldfastError("COMMAND_NOT_UNDERSTOOD", "The running app does not understand this backup");
      }
      return takeSnapshot({ ...parts, pid });
    },
  };
}

const operation = "snapshot";
