import type { TemplatePath } from "../../template/template.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";

/** Resources of one type whose property leads to the API. */
export function partsOf(
  set: ResourceSet,
  api: ResolvedResource,
  type: string,
  property = "ApiId",
): readonly ResolvedResource[] {
  return set.ofType(type).filter((part) => leadsTo(set, part.properties[property], api));
}

export function leadsTo(set: ResourceSet, value: unknown, resource: ResolvedResource): boolean {
  return set.find(value, resource.type) === resource;
}

/** Says what follows from something that is not run, or not as on AWS. */
export function warnOfDifference(set: ResourceSet, path: TemplatePath, message: string, hint?: string): void {
  set.problems.warn(path, "TEMPLATE_RESOURCE_IGNORED", message, hint);
}

const partTypes: Readonly<Record<string, { readonly property: string; readonly api: string }>> = {
  ...Object.fromEntries(
    ["Route", "Integration", "Stage", "Authorizer"].map((name) => [
      `AWS::ApiGatewayV2::${name}`,
      { property: "ApiId", api: "AWS::ApiGatewayV2::Api" },
    ]),
  ),
  ...Object.fromEntries(
    ["Method", "Stage"].map((name) => [
      `AWS::ApiGateway::${name}`,
      { property: "RestApiId", api: "AWS::ApiGateway::RestApi" },
    ]),
  ),
};

/** Parts that belong to an API which is elsewhere, in another stack perhaps. */
export function reportStrayParts(set: ResourceSet): void {
  for (const part of set.all) {
    const { property, api } = partTypes[part.type] ?? {};
    if (property === undefined || api === undefined) continue;
    const value = part.properties[property];
    const path = [...part.path, "Properties", property];
    if (value === undefined)
      set.problems.error(path, "TEMPLATE_PROPERTY_INVALID", `${part.logicalId} has no ${property}`);
    else if (set.find(value, api) === undefined)
      warnOfDifference(
        set,
        path,
        `${part.logicalId} belongs to an API that is not in this template, so it is not run`,
      );
  }
}
