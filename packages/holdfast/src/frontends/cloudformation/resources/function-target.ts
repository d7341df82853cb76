import type { TemplatePath } from "../template/template.ts";
import type { ModelDraft, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";

/** Who refers to a function, and where. */
export interface FunctionReference {
  readonly path: TemplatePath;
  /** How a message begins: `The rule Hourly`. */
  readonly whose: string;
}

/**
 * The name of the function that a name or an ARN leads to, with a version or alias or without. One that is not among
 * the draft's is a warning: what would invoke it does not, and the rest of the app runs. So functions are read first.
 */
export function functionNameOf(
  value: string,
  { path, whose }: FunctionReference,
  resources: ResourceSet,
  draft: ModelDraft,
): string | undefined {
  const target = resources.find(value, "AWS::Lambda::Function");
  const name = target && nameOf(target);
  if (draft.functions.some((one) => one.name === name)) return name;
  const what =
    target === undefined
      ? `"${value.slice(0, 200)}", which is no function of this template`
      : `the function ${target.logicalId}, which is not run`;
  resources.problems.warn(path, "TEMPLATE_RESOURCE_IGNORED", `${whose} is not run: it leads to ${what}`);
  return undefined;
}
