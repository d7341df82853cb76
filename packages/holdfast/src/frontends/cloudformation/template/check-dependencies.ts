import { listNames, suggestName } from "./name-lists.ts";
import type { Problems, Template, TemplatePath } from "./template.ts";

/**
 * Reports what resources and outputs depend on that the template does not have. For use after transforms, too.
 *
 * @param written names that the file has, though what they name could not be read
 */
export function checkDependencies(
  template: Template,
  problems: Problems,
  written: { readonly resources: readonly string[]; readonly conditions: readonly string[] } = {
    resources: [],
    conditions: [],
  },
): void {
  const resources = [...new Set([...Object.keys(template.resources), ...written.resources])];
  const conditions = [...new Set([...Object.keys(template.conditions), ...written.conditions])];
  const checkCondition = (name: string, path: TemplatePath): void => {
    if (conditions.includes(name)) return;
    const hint = suggestName(name, conditions) ?? conditionsThere(conditions);
    problems.error(path, "TEMPLATE_REFERENCE_INVALID", `There is no condition ${name}`, hint);
  };
  const known = new Set(resources);
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const path = resource.madeFrom ?? ["Resources", logicalId];
    if (resource.condition !== undefined) checkCondition(resource.condition, [...path, "Condition"]);
    for (const [index, id] of resource.dependsOn.entries()) {
      if (known.has(id)) continue;
      const message = `${logicalId} depends on ${id}, which is no resource of this template`;
      const hint = suggestName(id, resources);
      problems.error([...path, "DependsOn", index], "TEMPLATE_REFERENCE_INVALID", message, hint);
    }
  }
  for (const [name, { Condition: condition }] of Object.entries(template.outputs)) {
    const path = ["Outputs", name, "Condition"];
    if (typeof condition === "string") checkCondition(condition, path);
    else if (condition !== undefined) {
      problems.error(path, "TEMPLATE_INVALID", `${path.join("/")} must be the name of a condition`);
    }
  }
}

function conditionsThere(names: readonly string[]): string {
  return names.length === 0 ? "The template has no Conditions." : `The conditions are ${listNames(names)}.`;
}
