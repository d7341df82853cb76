import type { PolicyDocument } from "../../../model/app-model.ts";
import type { ResolvedResource, ResourceSet } from "./draft.ts";
import { physicalName, asNamed } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/**
 * What IAM says. Of policies that are not in the template, AWS's own among them, only the ARN is known; they have an
 * empty document, `{}`, which says nothing.
 */
export interface Policies {
  /** Of the role that a function names by its ARN: inline first, then what is attached. */
  ofRole(role: string): readonly PolicyDocument[];
}

/** Reads roles, policies and managed policies, each once, so that each mistake in them is reported once. */
export function readPolicies(resources: ResourceSet): Policies {
  const byRole = new Map<string, PolicyDocument[]>();
  const managed = new Map<string, PolicyDocument>();
  const attach = (role: ResolvedResource | undefined, policies: readonly PolicyDocument[]): void => {
    if (role === undefined) return;
    byRole.set(role.logicalId, [...(byRole.get(role.logicalId) ?? []), ...policies]);
  };
  const findRole = (value: string) => resources.find(value, "AWS::IAM::Role");

  for (const role of resources.ofType("AWS::IAM::Role")) {
    const properties = propertiesOf(role, resources.problems);
    properties.require("AssumeRolePolicyDocument");
    attach(
      role,
      properties.objects("Policies").flatMap((one) => readPolicy(one, "PolicyName") ?? []),
    );
  }
  for (const policy of resources.ofType("AWS::IAM::Policy")) {
    const properties = propertiesOf(policy, resources.problems);
    const read = readPolicy(properties, "PolicyName");
    const roles = properties.texts("Roles");
    if (read !== undefined) for (const role of roles) attach(findRole(role), [read]);
  }
  for (const policy of resources.ofType("AWS::IAM::RolePolicy")) {
    const properties = propertiesOf(policy, resources.problems);
    properties.require("RoleName");
    const read = readPolicy(properties, "PolicyName");
    if (read !== undefined) attach(findRole(properties.text("RoleName") ?? ""), [read]);
  }
  for (const policy of resources.ofType("AWS::IAM::ManagedPolicy")) {
    const properties = propertiesOf(policy, resources.problems);
    const read = readPolicy(properties, undefined, physicalName(asNamed(policy)));
    if (read === undefined) continue;
    managed.set(policy.logicalId, read);
    for (const role of properties.texts("Roles")) attach(findRole(role), [read]);
  }
  for (const role of resources.ofType("AWS::IAM::Role")) {
    const arns = propertiesOf(role, resources.problems).texts("ManagedPolicyArns");
    attach(
      role,
      arns.flatMap((arn) => attached(arn, resources, managed)),
    );
  }
  return {
    ofRole: (value) => {
      const role = findRole(value);
      return role === undefined ? [{ name: value, document: {} }] : (byRole.get(role.logicalId) ?? []);
    },
  };
}

function readPolicy(
  properties: Properties,
  nameProperty: string | undefined,
  nameElse = "policy",
): PolicyDocument | undefined {
  const complete = properties.require(
    ...(nameProperty === undefined ? [] : [nameProperty]),
    "PolicyDocument",
  );
  const name = (nameProperty === undefined ? undefined : properties.text(nameProperty)) ?? nameElse;
  const document = properties.document("PolicyDocument");
  return complete && document !== undefined ? { name, document: document.value } : undefined;
}

function attached(
  arn: string,
  resources: ResourceSet,
  managed: ReadonlyMap<string, PolicyDocument>,
): readonly PolicyDocument[] {
  const own = resources.find(arn, "AWS::IAM::ManagedPolicy");
  if (own === undefined) return [{ name: arn, document: {} }];
  const read = managed.get(own.logicalId);
  return read === undefined ? [] : [read];
}
