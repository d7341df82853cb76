import type { TemplateResource } from "../template/template.ts";

/**
 * What an app calls the resources of one of its stacks: their logical ids, behind the stack's name where an earlier stack
 * has the same.
 *
 * @param taken ids that are in use; those of this stack are added
 */
export function takeIds(
  logicalIds: readonly string[],
  stackName: string,
  taken: Set<string>,
): (logicalId: string) => string {
  const ids = new Map<string, string>();
  for (const logicalId of logicalIds) {
    let id = logicalId;
    for (let count = 1; taken.has(id); count += 1)
      id = `${stackName}${count === 1 ? "" : count}-${logicalId}`;
    taken.add(id);
    ids.set(logicalId, id);
  }
  return (logicalId) => ids.get(logicalId) ?? logicalId;
}

/** Of these AWS makes as many of one name as are wanted; in the model a name is one thing. By type, the name's property. */
const freelyNamed: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": "Name",
  "AWS::ApiGateway::RestApi": "Name",
  "AWS::ApiGateway::ApiKey": "Name",
  "AWS::ApiGateway::UsagePlan": "UsagePlanName",
};

/** The resources, without names that others have and need not be distinct: such are called by their logical ids. */
export function takeNames(
  resources: Readonly<Record<string, TemplateResource>>,
  stackName: string,
  taken: Set<string>,
): Readonly<Record<string, TemplateResource>> {
  const entries = Object.entries(resources).map(([logicalId, resource]): [string, TemplateResource] => {
    const property = freelyNamed[resource.type];
    if (property === undefined) return [logicalId, resource];
    const { [property]: name, ...others } = resource.properties;
    if (name === undefined) return [logicalId, resource];
    // What a name refers to is another thing in another stack.
    const written = typeof name === "string" ? name : `${stackName} ${JSON.stringify(name)}`;
    const key = `${resource.type} ${written}`;
    if (taken.has(key)) return [logicalId, { ...resource, properties: others }];
    taken.add(key);
    return [logicalId, resource];
  });
  return Object.fromEntries(entries);
}
