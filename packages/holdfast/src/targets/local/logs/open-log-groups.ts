import path from "node:path";
import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { AppModel } from "../../../model/app-model.ts";
import { apiId } from "../../../model/names.ts";
import type { LogGroups } from "../../../ports/log-groups.ts";
import type { LogSources } from "./kept-line.ts";
import { logFolder } from "./log-folder.ts";
import { createLocalLogGroups } from "./log-groups.ts";
import { OwnLogGroups } from "./own-log-groups.ts";

export interface OpenLogGroupsOptions {
  readonly stateDir: string;
  readonly stage: string;
  /** What runs now. */
  readonly model: () => AppModel | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** A stage's log groups. Not before it is certain that no other process has the stage's folder. */
export async function openLogGroups({
  stateDir,
  stage,
  model,
  clock,
  log,
}: OpenLogGroupsOptions): Promise<{ readonly groups: LogGroups; close(): Promise<void> }> {
  const own = await OwnLogGroups.open({ folder: path.join(stateDir, stage, "log-groups"), clock, log });
  const groups = createLocalLogGroups({
    folder: logFolder(stateDir, stage),
    sources: () => sourcesOf(model(), stage),
    own,
    clock,
  });
  return { groups, close: () => own.close() };
}

function sourcesOf(model: AppModel | undefined, stage: string): LogSources {
  if (model === undefined) return { functions: [], apis: [] };
  const logged = model.webSocketApis.filter(({ accessLogFormat }) => accessLogFormat !== undefined);
  return {
    functions: model.functions,
    apis: logged.map((api) => ({
      name: api.name,
      apiId: apiId(model.app.name, api.name),
      stage: api.stage ?? stage,
    })),
  };
}
