import type { Clock } from "../../base/clock.ts";
import { toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { StopperStack } from "../../base/stopper.ts";
import type { BackupSource } from "../../ports/backups.ts";
import type { LogLevels } from "../../ports/log-levels.ts";
import type { ResourceCalls } from "../../ports/resource-calls.ts";
import { backupOperations } from "./backup/backup-operations.ts";
import { startControlEndpoint } from "./control/control-endpoint.ts";
import type { AppFacts } from "./control/control-messages.ts";
import { logLevelOperations } from "./control/log-level-operations.ts";
import type { Deployment } from "./deployment.ts";
import type { FrontDoor } from "./front-door.ts";
import type { RunningNote, StateFolder } from "./state-folder.ts";

export interface AnnounceOptions {
  readonly appDir: string;
  readonly stateDir: string;
  readonly stage: string;
  /** The process id of whoever looks after this process. */
  readonly supervisor?: number;
  /** The folder for the socket that commands reach the app by; there is none without. */
  readonly commandsFolder?: string;
  /** What `holdfast log-level` reads and sets. */
  readonly logLevels?: LogLevels;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AnnouncedParts {
  readonly state: StateFolder;
  readonly front: FrontDoor;
  readonly deployment: Deployment;
  readonly calls: ResourceCalls;
  /** What `holdfast backup` copies. */
  readonly stores: BackupSource;
}

/** Tells other commands that the app runs, where, and how they reach it. What it returns tells them of a change. */
export async function announceApp(
  options: AnnounceOptions,
  parts: AnnouncedParts,
  opened: StopperStack,
): Promise<() => Promise<void>> {
  const control = await openControl(options, parts, opened);
  const announce = (): Promise<void> =>
    parts.state.announce({ ...noteOf(options, parts), ...(control !== undefined && { control }) });
  await announce();
  return announce;
}

/** The endpoint's address. An app that commands cannot reach is an app all the same. */
async function openControl(
  options: AnnounceOptions,
  parts: AnnouncedParts,
  opened: StopperStack,
): Promise<string | undefined> {
  const { commandsFolder: folder, appDir, stateDir, stage, logLevels, clock, log } = options;
  if (folder === undefined) return undefined;
  const facts = (): AppFacts => {
    const model = parts.deployment.model();
    const topics = model?.topics.map(({ name }) => name) ?? [];
    return { ...noteOf(options, parts), name: model?.app.name ?? "", appDir, stateDir, topics };
  };
  try {
    const operations = {
      ...logLevelOperations(logLevels),
      ...backupOperations({ stateDir, stage, stores: parts.stores }),
    };
    const endpoint = await startControlEndpoint({ folder, facts, calls: parts.calls, operations, clock });
    opened.push(() => endpoint.close());
    return endpoint.address;
  } catch (error) {
    const message = `Commands such as \`holdfast send\` cannot reach this app: ${toError(error).message}`;
    log("warn", "commands-unreachable", { message });
    return undefined;
  }
}

function noteOf({ stage, supervisor }: AnnounceOptions, { front }: AnnouncedParts): RunningNote {
  return {
    pid: process.pid,
    ...(supervisor !== undefined && { supervisor }),
    stage,
    websockets: front.websockets(),
    http: front.http(),
  };
}
