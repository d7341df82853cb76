import { readEvents } from "./events/read-events.ts";
import { makeAlias } from "./function-alias.ts";
import { readFunctionCode } from "./function-code.ts";
import { makeDeadLetters, makeDestinations } from "./function-destinations.ts";
import { makeRole } from "./function-role.ts";
import { makeUrl } from "./function-url.ts";
import { arnOf, pick } from "./json-values.ts";
import { makeResource, toTagList, type Made, type SamApp, type SamResource } from "./sam-resource.ts";

/** Properties that mean the same for `AWS::Lambda::Function`. */
const sameProperties = [
  "FunctionName",
  "Handler",
  "Runtime",
  "Description",
  "Timeout",
  "MemorySize",
  "Environment",
  "Layers",
  "VpcConfig",
  "PackageType",
  "ImageConfig",
  "Architectures",
  "ReservedConcurrentExecutions",
  "EphemeralStorage",
  "LoggingConfig",
  "FileSystemConfigs",
  "KmsKeyArn",
  "CodeSigningConfigArn",
  "SnapStart",
  "RuntimeManagementConfig",
  "RecursiveLoop",
  "TenancyConfig",
  "DurableConfig",
  "CapacityProviderConfig",
  "FunctionScalingConfig",
  "PublishToLatestPublished",
];

/** Properties that other parts of the transform read, and some that nothing on this machine depends on. */
const otherProperties = [
  "AssumeRolePolicyDocument",
  "AutoPublishAlias",
  "AutoPublishAliasAllProperties",
  "AutoPublishCodeSha256",
  "CodeUri",
  "DeadLetterQueue",
  "DeploymentPreference",
  "EventInvokeConfig",
  "Events",
  "FunctionUrlConfig",
  "ImageUri",
  "InlineCode",
  "PermissionsBoundary",
  "Policies",
  "PropagateTags",
  "ProvisionedConcurrencyConfig",
  "Role",
  "RolePath",
  "SourceKMSKeyArn",
  "Tags",
  "Tracing",
  "VersionDeletionPolicy",
  "VersionDescription",
];
const knownProperties = new Set([...sameProperties, ...otherProperties]);

/** `AWS::Serverless::Function`: the function, its role, its versions, and what its events need. */
export function makeFunction(resource: SamResource, app: SamApp): Made {
  warnOfUnknown(resource, app);
  const { logicalId, properties } = resource;
  const alias = makeAlias(resource, app);
  const events = readEvents(resource, alias.target, app);
  const destinations = makeDestinations(resource, alias, app);
  const deadLetters = makeDeadLetters(resource, app);
  const role = makeRole(resource, app, {
    managed: events.managedPolicies,
    inline: [...deadLetters.policies, ...destinations.policies, ...events.policies],
  });
  const lambda = makeResource(
    resource,
    "AWS::Lambda::Function",
    {
      ...pick(properties, sameProperties),
      Code: readFunctionCode(resource, app),
      Role: properties.Role ?? arnOf(`${logicalId}Role`),
      TracingConfig: properties.Tracing === undefined ? undefined : { Mode: properties.Tracing },
      DeadLetterConfig: deadLetters.config,
      Tags: toTagList(properties.Tags),
    },
    { dependsOn: resource.dependsOn, metadata: resource.metadata },
  );
  return {
    resources: {
      [logicalId]: lambda,
      ...role,
      ...alias.resources,
      ...makeUrl(resource, alias, app),
      ...destinations.resources,
      ...events.resources,
    },
    references: alias.references,
    routes: events.routes,
    notifications: events.notifications,
  };
}

function warnOfUnknown({ properties, path, inherited }: SamResource, { problems }: SamApp): void {
  for (const name of Object.keys(properties).filter((one) => !knownProperties.has(one))) {
    const message = `AWS::Serverless::Function has no property ${name}`;
    const at = inherited?.includes(name) === true ? ["Globals", "Function"] : [...path, "Properties"];
    problems.warn([...at, name], "TEMPLATE_PROPERTY_INVALID", message);
  }
}
