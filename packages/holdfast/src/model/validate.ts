import { toError } from "../base/errors.ts";
import type { AppModel } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { takeInventory, type Inventory } from "./inventory.ts";
import { checkRange, ranges } from "./ranges.ts";
import { parseSchedule } from "./schedule-expression.ts";
import { findUnsupported, type TargetName } from "./target-support.ts";
import { checkAccess } from "./validate-access.ts";
import { checkGrants } from "./validate-grants.ts";
import { checkMappings } from "./validate-mappings.ts";
import { checkNames } from "./validate-names.ts";
import { checkPort } from "./validate-port.ts";
import { checkReferences } from "./validate-references.ts";
import { checkTables } from "./validate-tables.ts";
import { checkWebSocketApis } from "./validate-websocket-api.ts";

export type { Finding } from "./finding.ts";

export interface ValidationOptions {
  /** The stage that the app will run as: its name is checked, and so is its place on the port. */
  readonly stage?: string;
}

/**
 * Everything that is wrong with a model; nothing is thrown. With a target, also what that target does not run.
 * Expects a model of the right shape (`readModel`).
 */
export function validateModel(
  model: AppModel,
  target?: TargetName,
  options: ValidationOptions = {},
): readonly Finding[] {
  const inventory = takeInventory(model);
  return [
    ...checkNames(inventory),
    ...checkStageName(options),
    ...checkWebSocketApis(inventory),
    ...checkAccess(inventory),
    ...checkMappings(inventory),
    ...checkFunctions(inventory),
    ...checkTables(inventory),
    ...checkSchedules(inventory),
    ...checkReferences(inventory),
    ...checkGrants(inventory),
    ...checkPort(inventory, options),
    ...(target === undefined ? [] : findUnsupported(model, target)),
  ];
}

function checkFunctions({ app, functions }: Inventory): readonly Finding[] {
  return [
    ...checkRange(app, "port", app.value.port, ranges.port),
    ...functions.flatMap((one) => [
      ...checkRange(one, "timeoutMs", one.value.timeoutMs, ranges.functionTimeoutMs),
      ...checkRange(one, "memoryMb", one.value.memoryMb, ranges.memoryMb),
      ...checkRange(one, "concurrency", one.value.concurrency, ranges.concurrency),
    ]),
  ];
}

function checkSchedules({ schedules }: Inventory): readonly Finding[] {
  return schedules.flatMap((schedule): readonly Finding[] => {
    try {
      parseSchedule(schedule.value.expression);
      return [];
    } catch (error) {
      return [errorAbout(schedule, "SCHEDULE_INVALID", `${schedule.title}: ${toError(error).message}`)];
    }
  });
}

/** API Gateway's form of stage names: `$default` is for HTTP APIs only. */
const stageName = /^[A-Za-z0-9_-]{1,128}$/;

function checkStageName({ stage }: ValidationOptions): readonly Finding[] {
  if (stage === undefined || stageName.test(stage)) return [];
  const message = `The stage "${stage.slice(0, 200)}" cannot be used: it is not 1 to 128 letters, digits, - and _`;
  return [errorAbout({ value: stage, subject: "stage", title: "the stage" }, "NAME_INVALID", message)];
}
