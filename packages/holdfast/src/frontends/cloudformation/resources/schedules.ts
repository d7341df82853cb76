import { HoldfastError } from "../../../base/errors.ts";
import type { EventRuleTarget } from "../../../model/app-model.ts";
import { parseSchedule } from "../../../model/schedule-expression.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { functionNameOf } from "./function-target.ts";
import { nameOf, stableId } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/**
 * EventBridge's rules with a schedule, and its scheduler's schedules, of functions. After `readFunctions`; what rules do
 * with events is `readEventRules`'s.
 */
export function readSchedules(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::Events::Rule")) readRule(resource, resources, draft);
  for (const resource of resources.ofType("AWS::Scheduler::Schedule"))
    readSchedule(resource, resources, draft);
}

function readRule(resource: ResolvedResource, resources: ResourceSet, draft: ModelDraft): void {
  const properties = propertiesOf(resource, resources.problems);
  if (!properties.has("ScheduleExpression") && !properties.has("EventPattern"))
    properties.refuse("ScheduleExpression", "is missing, and there is no EventPattern");
  const expression = readExpression(properties);
  const targets = properties.objects("Targets");
  for (const target of targets) target.require("Arn", "Id");
  if (expression === undefined || isDisabled(properties)) return;
  const name = nameOf(resource);
  for (const [index, target] of targets.entries())
    addSchedule(
      {
        name: index === 0 ? name : nameOfFurther(name, target),
        expression,
        target,
        whose: `A target of the rule ${resource.logicalId}`,
        ...(index > 0 && { rule: name }),
      },
      resources,
      draft,
    );
}

function readSchedule(resource: ResolvedResource, resources: ResourceSet, draft: ModelDraft): void {
  const properties = propertiesOf(resource, resources.problems);
  properties.require("ScheduleExpression", "FlexibleTimeWindow", "Target");
  const expression = readExpression(properties);
  const target = properties.object("Target");
  target?.require("Arn", "RoleArn");
  const zone = properties.text("ScheduleExpressionTimezone") ?? "UTC";
  if (!/^(Etc\/)?(UTC|GMT)$/.test(zone))
    properties.ignore("ScheduleExpressionTimezone", `the schedule runs in UTC, not in ${zone}`);
  if (expression === undefined || target === undefined || isDisabled(properties)) return;
  const whose = `The schedule ${resource.logicalId}`;
  const role = target.text("RoleArn");
  const invoked = role === undefined ? {} : { role };
  addSchedule({ name: nameOf(resource), expression, target, whose, ...invoked }, resources, draft);
}

interface FoundSchedule {
  readonly name: string;
  readonly expression: string;
  readonly target: Properties;
  readonly whose: string;
  readonly rule?: string;
  readonly role?: string;
}

function addSchedule(
  { target, whose, ...schedule }: FoundSchedule,
  resources: ResourceSet,
  draft: ModelDraft,
): void {
  const to = readFunctionTarget(target, whose, resources, draft);
  if (to !== undefined) draft.schedules.push({ ...schedule, ...to });
}

/** The function that a target is, and what it gets instead of the event. Undefined when it is none; that is reported. */
export function readFunctionTarget(
  target: Properties,
  whose: string,
  resources: ResourceSet,
  draft: ModelDraft,
): EventRuleTarget | undefined {
  const arn = target.text("Arn");
  const reference = { path: [...target.path, "Arn"], whose };
  const to = arn === undefined ? undefined : functionNameOf(arn, reference, resources, draft);
  const input = readInput(target);
  for (const other of ["InputPath", "InputTransformer"])
    if (target.has(other)) target.ignore(other, "the function gets the whole event");
  return to === undefined ? undefined : { function: to, ...(input !== undefined && { input }) };
}

export function isDisabled(properties: Properties): boolean {
  return properties.text("State") === "DISABLED";
}

function readExpression(properties: Properties): string | undefined {
  const expression = properties.text("ScheduleExpression");
  if (expression === undefined) return undefined;
  if (expression.startsWith("at("))
    return properties.ignore("ScheduleExpression", "what is to run once, at a time, does not run");
  try {
    parseSchedule(expression);
    return expression;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return properties.refuse("ScheduleExpression", `cannot be used: ${error.message}`, error.hint);
  }
}

/** `Input` is the text of JSON, which the function gets as its event. */
function readInput(target: Properties): unknown {
  const text = target.text("Input");
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return target.refuse("Input", "is text that is not JSON");
  }
}

/** A rule's further targets are schedules of their own in the model. */
function nameOfFurther(name: string, target: Properties): string {
  const id = target.text("Id") ?? "";
  const readable = `${name}-${id}`;
  return /^[\w-]{1,64}$/.test(readable) ? readable : `${name.slice(0, 55)}-${stableId(id, 8)}`;
}
