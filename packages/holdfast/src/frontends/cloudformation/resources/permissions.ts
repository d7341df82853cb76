import type { InvokePermission } from "../../../model/app-model.ts";
import { functionOfArn } from "./arns.ts";
import type { ResourceSet } from "./draft.ts";
import { propertiesOf } from "./properties.ts";

/** Who may invoke functions, by their logical ids (`AWS::Lambda::Permission`). */
export function readPermissions(resources: ResourceSet): ReadonlyMap<string, readonly InvokePermission[]> {
  const all = new Map<string, InvokePermission[]>();
  for (const resource of resources.ofType("AWS::Lambda::Permission")) {
    const properties = propertiesOf(resource, resources.problems);
    if (!properties.require("Action", "FunctionName", "Principal")) continue;
    const [action, name] = [properties.text("Action"), properties.text("FunctionName")];
    const [principal, sourceArn] = [properties.text("Principal"), properties.text("SourceArn")];
    if (name === undefined || principal === undefined || !allowsInvoke(action)) continue;
    // Versions and aliases are their function here.
    const target =
      resources.find(name, "AWS::Lambda::Function") ??
      resources.find(functionOfArn(name), "AWS::Lambda::Function");
    if (target === undefined) {
      properties.ignore("FunctionName", `"${name.slice(0, 200)}" is no function of this template`);
      continue;
    }
    const permission = { principal, ...(sourceArn !== undefined && { sourceArn }) };
    all.set(target.logicalId, [...(all.get(target.logicalId) ?? []), permission]);
  }
  return all;
}

/** Others are about URLs of functions and the like. */
function allowsInvoke(action: string | undefined): boolean {
  return action !== undefined && ["lambda:invokefunction", "lambda:*"].includes(action.toLowerCase());
}
