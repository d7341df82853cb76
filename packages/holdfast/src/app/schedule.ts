import { eventFunctionName } from "../model/names.ts";
import { scheduleFunction, type ScheduleHandler } from "../runtime/task-handlers.ts";
import type { FunctionOptions, Registry } from "./registry.ts";

export function addSchedule(
  registry: Registry,
  name: string,
  expression: string,
  options: FunctionOptions,
  handler: ScheduleHandler,
): void {
  registry.note(`schedule:${name}`);
  const functionName = eventFunctionName("schedule", name, "run", 0);
  registry.schedules.push({
    name,
    expression,
    function: registry.addFunction(functionName, scheduleFunction(handler), options),
  });
}
