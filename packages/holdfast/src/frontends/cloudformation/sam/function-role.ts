import type { JsonObject } from "../template/template.ts";
import { managedPolicyArn, readPolicies } from "./policies.ts";
import { makeResource, toTagList, type Resources, type SamApp, type SamResource } from "./sam-resource.ts";

export interface RolePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: JsonObject;
}

/** What events and destinations of a function need of its role. */
export interface RoleNeeds {
  /** Names of AWS's managed policies. */
  readonly managed: readonly string[];
  readonly inline: readonly RolePolicy[];
}

/** The role that SAM makes for a function that brings none. */
export function makeRole(resource: SamResource, app: SamApp, needs: RoleNeeds): Resources {
  const { logicalId, properties } = resource;
  const policies = readPolicies(resource, `${logicalId}Role`, app);
  if (properties.Role !== undefined) return {};
  const managed = [
    "AWSLambdaBasicExecutionRole",
    ...(properties.Tracing === undefined ? [] : ["AWSXrayWriteOnlyAccess"]),
    ...(properties.VpcConfig === undefined ? [] : ["AWSLambdaVPCAccessExecutionRole"]),
    ...needs.managed,
  ].map(managedPolicyArn);
  const inline = [...needs.inline.map(toJson), ...policies.inline];
  const role = makeResource(resource, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: properties.AssumeRolePolicyDocument ?? trust("lambda.amazonaws.com"),
    ManagedPolicyArns: [...new Set([...managed, ...policies.managed])],
    Policies: inline.length === 0 ? undefined : inline,
    Path: properties.RolePath,
    PermissionsBoundary: properties.PermissionsBoundary,
    Tags: toTagList(properties.Tags),
  });
  return { [`${logicalId}Role`]: role };
}

const toJson = ({ PolicyName, PolicyDocument }: RolePolicy): JsonObject => ({ PolicyName, PolicyDocument });

/** Lets a service take on a role. */
export function trust(service: string): JsonObject {
  const statement = { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: [service] } };
  return { Version: "2012-10-17", Statement: [statement] };
}
