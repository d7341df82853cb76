import { leadsTo, partsOf, warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { isTrue } from "../physical-names.ts";

const hint = "Set AutoDeploy: true on the stage, or give the deployment DependsOn with all routes.";

/** Without AutoDeploy a stage on AWS has what its deployment found when it was made. Here it always has everything. */
export function reportDeployment(api: ResolvedResource, stage: ResolvedResource, set: ResourceSet): void {
  if (isTrue(stage.properties.AutoDeploy)) return;
  const deployments = partsOf(set, api, "AWS::ApiGatewayV2::Deployment");
  const { DeploymentId: id, StageName: name } = stage.properties;
  const deployment =
    deployments.find((one) => leadsTo(set, id, one)) ??
    deployments.find((one) => name !== undefined && one.properties.StageName === name);
  if (deployment === undefined) {
    // One of another stack's may have been named.
    if (id === undefined)
      warnOfDifference(
        set,
        stage.path,
        `${stage.logicalId} is never deployed, so on AWS it would have no routes`,
        hint,
      );
    return;
  }
  const before = madeBefore(deployment, set);
  const missed = partsOf(set, api, "AWS::ApiGatewayV2::Route").filter((one) => !before.has(one.logicalId));
  if (missed.length > 0)
    warnOfDifference(
      set,
      deployment.path,
      `${deployment.logicalId} may be made before ${listed(missed)}, which would then be missing on AWS`,
      hint,
    );
}

/** What a resource waits for, by DependsOn. */
function madeBefore(resource: ResolvedResource, set: ResourceSet): ReadonlySet<string> {
  const before = new Set<string>();
  const pending = [resource];
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    for (const one of dependenciesOf(next, set)) {
      if (before.has(one)) continue;
      before.add(one);
      pending.push(...set.all.filter(({ logicalId }) => logicalId === one));
    }
  return before;
}

/** Of what a resource refers to, only this one matters: a route response comes after its route. */
function dependenciesOf({ dependsOn, properties }: ResolvedResource, set: ResourceSet): readonly string[] {
  const route = set.find(properties.RouteId, "AWS::ApiGatewayV2::Route");
  return route === undefined ? dependsOn : [...dependsOn, route.logicalId];
}

function listed(resources: readonly ResolvedResource[]): string {
  return resources.map(({ logicalId }) => logicalId).join(", ");
}
