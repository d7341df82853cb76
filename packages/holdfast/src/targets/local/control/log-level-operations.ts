import { HoldfastError } from "../../../base/errors.ts";
import { isRecord } from "../../../base/is-record.ts";
import type { LogLevelChanges, LogLevels, LogLevelSettings } from "../../../ports/log-levels.ts";
import { askOperation } from "./ask-app.ts";
import type { ControlOperations } from "./control-messages.ts";

/** Changes an app's log levels, if only by nothing, and answers with what they are then. */
export async function askLogLevels(address: string, changes: LogLevelChanges): Promise<LogLevelSettings> {
  return (await askOperation(address, operation, changes)) as LogLevelSettings;
}

export function logLevelOperations(levels: LogLevels | undefined): ControlOperations {
  if (levels === undefined) return {};
  return {
    [operation](argument) {
      levels.set(readChanges(argument));
      return levels.get();
    },
  };
}

const operation = "log-levels";

function readChanges(argument: unknown): LogLevelChanges {
  if (!isRecord(argument)) throw notUnderstood();
  const { level, levels = {} } = argument;
  if (level !== undefined && typeof level !== "string") throw notUnderstood();
  if (!isRecord(levels)) throw notUnderstood();
  const texts = Object.entries(levels).map(([component, text]): [string, string] => {
    if (typeof text !== "string") throw notUnderstood();
    return [component, text];
  });
  return { ...(level !== undefined && { level }), levels: Object.fromEntries(texts) };
}

function notUnderstood(): HoldfastError {
  return new HoldfastError("COMMAND_NOT_UNDERSTOOD", "The running app does not understand these log levels");
}
