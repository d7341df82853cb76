import type { Output } from "../../../model/app-model.ts";
import type { Resolve } from "../intrinsics/scope.ts";
import { isObject } from "../template/json-kinds.ts";
import type { Problems, Template } from "../template/template.ts";
import { readProperties, type Properties } from "./properties.ts";

export interface OutputSurroundings {
  readonly resolve: Resolve;
  readonly condition: (name: string) => boolean | undefined;
  readonly problems: Problems;
}

/** The outputs whose conditions hold. Conditions that there are none of were reported. */
export function readOutputs(
  outputs: Template["outputs"],
  { resolve, condition, problems }: OutputSurroundings,
): readonly Output[] {
  const read: Output[] = [];
  for (const [name, { Condition: conditionName, ...written }] of Object.entries(outputs)) {
    const path = ["Outputs", name];
    if (typeof conditionName === "string" && condition(conditionName) === false) continue;
    const resolved = resolve(written, path);
    const found = isObject(resolved) ? resolved : {};
    const properties = readProperties(found, path, `the output ${name}`, problems);
    if (!("Value" in written)) properties.require("Value");
    const output = readOutput(name, properties);
    if (output !== undefined) read.push(output);
  }
  return read;
}

function readOutput(name: string, properties: Properties): Output | undefined {
  const value = properties.text("Value");
  const description = properties.text("Description");
  const exportName = properties.object("Export")?.text("Name");
  if (value === undefined) return undefined;
  return {
    name,
    value,
    ...(description !== undefined && { description }),
    ...(exportName !== undefined && { exportName }),
  };
}
