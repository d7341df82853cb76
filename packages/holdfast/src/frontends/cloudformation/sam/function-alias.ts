import type { Json } from "../template/template.ts";
import { arnOf, ref, referredId } from "./json-values.ts";
import { makeResource, type Resources, type SamApp, type SamResource } from "./sam-resource.ts";

/** What invokes a function invokes its alias, if it publishes one. */
export interface InvokeTarget {
  readonly ref: Json;
  readonly arn: Json;
  /** The ARN in the text of `Fn::Sub`. */
  readonly arnInText: string;
}

export interface Alias {
  /** Absent when the function publishes no versions. */
  readonly name?: string;
  readonly logicalId?: string;
  readonly target: InvokeTarget;
  readonly resources: Resources;
  readonly references: Readonly<Record<string, string>>;
}

/** `AutoPublishAlias`: a version of the function, and an alias that leads to it. */
export function makeAlias(resource: SamResource, app: SamApp): Alias {
  const { logicalId, properties } = resource;
  const name = readName(resource, app);
  if (name === undefined) {
    const target = { ref: ref(logicalId), arn: arnOf(logicalId), arnInText: `\${${logicalId}.Arn}` };
    return { target, resources: {}, references: {} };
  }
  // SAM ends the version's id with a hash of the code; a running app has one version.
  const versionId = `${logicalId}Version`;
  const aliasId = `${logicalId}Alias${name.replaceAll("-", "D").replaceAll("_", "U")}`;
  const version = makeResource(
    resource,
    "AWS::Lambda::Version",
    { FunctionName: ref(logicalId), Description: properties.VersionDescription },
    { deletionPolicy: "Retain" },
  );
  const alias = makeResource(resource, "AWS::Lambda::Alias", {
    Name: name,
    FunctionName: ref(logicalId),
    FunctionVersion: { "Fn::GetAtt": [versionId, "Version"] },
    ProvisionedConcurrencyConfig: properties.ProvisionedConcurrencyConfig,
  });
  return {
    name,
    logicalId: aliasId,
    target: { ref: ref(aliasId), arn: ref(aliasId), arnInText: `\${${aliasId}}` },
    resources: { [versionId]: version, [aliasId]: alias },
    references: { Version: versionId, Alias: aliasId },
  };
}

/** The name is part of a logical id, so that SAM needs to know it: text, or a `Ref` of a parameter. */
function readName({ properties, path }: SamResource, { parameters, problems }: SamApp): string | undefined {
  const given = properties.AutoPublishAlias;
  if (given === undefined) return undefined;
  const value = typeof given === "string" ? given : parameters[referredId(given) ?? ""];
  if (typeof value === "string") return value;
  const message = "AutoPublishAlias must be text, or a Ref of a parameter that has a value";
  problems.error([...path, "Properties", "AutoPublishAlias"], "TEMPLATE_PROPERTY_INVALID", message);
  return undefined;
}
