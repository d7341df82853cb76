import { pick, toText } from "./json-values.ts";
import { toCode } from "./function-code.ts";
import { makeResource, requireProperty, type Made, type SamApp, type SamResource } from "./sam-resource.ts";

/** `AWS::Serverless::LayerVersion`. SAM adds a hash of the contents to its logical id, and changes all references. */
export function makeLayerVersion(resource: SamResource, { problems }: SamApp): Made {
  const { properties } = resource;
  const place = { properties, path: [...resource.path, "Properties"] };
  const content = requireProperty(problems, place, "ContentUri");
  const retention = properties.RetentionPolicy ?? "Retain";
  const isKept = toText(retention).toLowerCase() !== "delete";
  const layer = makeResource(
    resource,
    "AWS::Lambda::LayerVersion",
    {
      LayerName: properties.LayerName ?? resource.logicalId,
      ...pick(properties, ["Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]),
      Content: content === undefined ? undefined : toCode(content),
    },
    {
      dependsOn: resource.dependsOn,
      metadata: resource.metadata,
      deletionPolicy: isKept ? "Retain" : "Delete",
    },
  );
  return { resources: { [resource.logicalId]: layer } };
}
