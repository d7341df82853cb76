import type { JsonObject, TemplateResource } from "../template/template.ts";
import { onlyIf, toList, toObject } from "./json-values.ts";
import type { BucketNotification } from "./sam-resource.ts";

/** The resources, with the buckets configured to notify the functions that have events of theirs. */
export function addNotifications(
  resources: Readonly<Record<string, TemplateResource>>,
  notifications: readonly BucketNotification[],
): Record<string, TemplateResource> {
  const changed: Record<string, TemplateResource> = { ...resources };
  for (const notification of notifications) {
    const bucket = changed[notification.bucket];
    if (bucket !== undefined) changed[notification.bucket] = addNotification(bucket, notification);
  }
  return changed;
}

function addNotification(bucket: TemplateResource, notification: BucketNotification): TemplateResource {
  const before = toObject(bucket.properties.NotificationConfiguration);
  const added = notification.configurations.map((one) => onlyIf(notification.condition, one));
  const NotificationConfiguration: JsonObject = {
    ...before,
    LambdaConfigurations: [...toList(before.LambdaConfigurations), ...added],
  };
  // What may not exist cannot be depended on.
  const dependsOn = notification.condition === undefined ? [notification.permission] : [];
  return {
    ...bucket,
    properties: { ...bucket.properties, NotificationConfiguration },
    dependsOn: [...bucket.dependsOn, ...dependsOn],
  };
}
