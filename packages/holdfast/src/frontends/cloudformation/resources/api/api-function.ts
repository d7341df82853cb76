import type { ResourceSet } from "../draft.ts";
import { nameOf } from "../physical-names.ts";

export type FoundFunction =
  | { readonly function: string }
  /** Why there is none; the end of a sentence. */
  | { readonly problem: string };

const invocationUri =
  /^arn:[\w-]+:apigateway:[\w-]*:lambda:path\/[\d-]+\/functions\/(?<arn>.+)\/invocations$/;
const functionArn = /^(?<unqualified>arn:[\w-]+:lambda:[\w-]*:\w*:function:(?<name>[^:]+))(?::[^:]+)?$/;

/** Whether a URI means a function: by its ARN, or as integrations and authorizers name it. */
export function isFunctionUri(uri: string): boolean {
  return invocationUri.test(uri) || uri.includes(":lambda:path/") || /^arn:[\w-]+:lambda:/.test(uri);
}

/**
 * The function of the template that a URI or an ARN leads to. `${stageVariables.name}` in it is filled in; an alias
 * or a version behind the name is the function itself, of which there is one here.
 */
export function findFunction(
  uri: string,
  stageVariables: Readonly<Record<string, string>>,
  set: ResourceSet,
): FoundFunction {
  const unset: string[] = [];
  const filled = uri.replaceAll(/\$\{stageVariables\.(?<name>\w+)\}/g, (_all, name: string) => {
    const value = Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined;
    if (value === undefined) unset.push(name);
    return value ?? "";
  });
  if (unset.length > 0) return { problem: `the stage has no variable "${unset.join('", "')}"` };
  const arn = invocationUri.exec(filled)?.groups?.arn ?? filled;
  const { unqualified, name } = functionArn.exec(arn)?.groups ?? {};
  if (name === undefined) return { problem: `"${filled.slice(0, 200)}" is no function's URI` };
  // By its name as well: an ARN that is written out may have another region, or another account.
  const resource = set.find(unqualified, "AWS::Lambda::Function") ?? set.find(name, "AWS::Lambda::Function");
  if (resource === undefined) return { problem: `this template has no function "${name}"` };
  return { function: nameOf(resource) };
}
