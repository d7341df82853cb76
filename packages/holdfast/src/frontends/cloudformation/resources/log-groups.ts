import type { ResourceSet } from "./draft.ts";
import { propertiesOf } from "./properties.ts";

/** CloudWatch's (its resource schema). */
const retentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Logs go to one place here, whatever their group; what a group says is only looked at. */
export function checkLogGroups(resources: ResourceSet): void {
  for (const resource of resources.ofType("AWS::Logs::LogGroup")) {
    const properties = propertiesOf(resource, resources.problems);
    const days = properties.number("RetentionInDays");
    if (days !== undefined && !retentionDays.includes(days))
      properties.refuse("RetentionInDays", `is ${days}; it may be one of ${retentionDays.join(", ")}`);
  }
}
