import { warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";

const v2 = "AWS::ApiGatewayV2::";
const v1 = "AWS::ApiGateway::";

/** What follows from the absence of those of API Gateway's resources that are not run; of others, nothing does. */
const consequences: ReadonlyMap<string, string> = new Map([
  [`${v2}VpcLink`, "integrations are called from this machine, which must be able to reach them"],
  [`${v1}VpcLink`, "integrations are called from this machine, which must be able to reach them"],
  [`${v2}ApiGatewayManagedOverrides`, "routes, integrations and stages are as they are without it"],
  [`${v2}RoutingRule`, "requests go where their paths say"],
  [`${v2}Portal`, "there is no developer portal"],
  [`${v1}GatewayResponse`, "refused requests are answered as without it"],
  [`${v1}RequestValidator`, "requests reach their functions unchecked"],
]);

/** Warns of the domains and other parts of API Gateway's that are not run. */
export function reportIgnoredApiParts(set: ResourceSet): void {
  for (const resource of set.all) {
    const consequence = consequences.get(resource.type);
    if (consequence !== undefined)
      warnOfDifference(set, resource.path, `${title(resource)} is not run: ${consequence}`);
    if (isDomain(resource)) reportDomain(resource, set);
    if (isMapping(resource)) reportMapping(resource, set);
  }
}

function isDomain({ type }: ResolvedResource): boolean {
  return type === `${v2}DomainName` || type === `${v1}DomainName` || type === `${v1}DomainNameV2`;
}

function isMapping({ type }: ResolvedResource): boolean {
  return type === `${v2}ApiMapping` || type === `${v1}BasePathMapping` || type === `${v1}BasePathMappingV2`;
}

function reportDomain(domain: ResolvedResource, set: ResourceSet): void {
  const { DomainName: name } = domain.properties;
  const called = typeof name === "string" ? name : "its domain";
  warnOfDifference(
    set,
    domain.path,
    `${title(domain)} is not run: APIs are reached under localhost and their stage, not under ${called}`,
  );
}

/** Those of a domain in the template say nothing that the domain does not. */
function reportMapping(mapping: ResolvedResource, set: ResourceSet): void {
  const { DomainName: name } = mapping.properties;
  const domains = ["DomainName", "DomainNameV2"].flatMap((kind) => [v2 + kind, v1 + kind]);
  if (typeof name !== "string" || set.find(name, ...domains) !== undefined) return;
  warnOfDifference(
    set,
    mapping.path,
    `${title(mapping)} is not run: its API is reached under localhost and its stage, not under ${name}`,
  );
}

function title({ logicalId, type }: ResolvedResource): string {
  return `${logicalId} (${type})`;
}
