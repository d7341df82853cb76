import { createEventFilter } from "../../../model/event-filter.ts";
import { EventPatternError } from "../../../model/event-pattern-error.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";
import { isDisabled, readFunctionTarget } from "./schedules.ts";

/**
 * EventBridge's rules with a pattern, of functions. After `readFunctions`, and after `readSchedules`, which reports what
 * is missing from a rule.
 */
export function readEventRules(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::Events::Rule")) readRule(resource, resources, draft);
}

function readRule(resource: ResolvedResource, resources: ResourceSet, draft: ModelDraft): void {
  const properties = propertiesOf(resource, resources.problems);
  if (!properties.has("EventPattern")) return;
  const pattern = readPattern(properties);
  if (pattern === undefined || isDisabled(properties) || !isOfDefaultBus(properties)) return;
  const whose = `A target of the rule ${resource.logicalId}`;
  const targets = properties
    .objects("Targets")
    .flatMap((target) => readFunctionTarget(target, whose, resources, draft) ?? []);
  if (targets.length > 0) draft.eventRules.push({ name: nameOf(resource), pattern, targets });
}

/** As text in JSON. */
function readPattern(properties: Properties): string | undefined {
  const pattern = properties.document("EventPattern")?.value;
  if (pattern === undefined) return undefined;
  try {
    createEventFilter(pattern);
    return JSON.stringify(pattern);
  } catch (error) {
    if (!(error instanceof EventPatternError)) throw error;
    return properties.refuse("EventPattern", `cannot be used: ${error.message}`);
  }
}

function isOfDefaultBus(properties: Properties): boolean {
  const bus = properties.text("EventBusName") ?? "default";
  if (/^(?:arn:.*:event-bus\/)?default$/.test(bus)) return true;
  properties.ignore("EventBusName", `there is the default bus only, and the rule gets nothing`);
  return false;
}
