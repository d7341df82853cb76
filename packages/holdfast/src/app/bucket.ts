import type { BucketNotification } from "../model/app-model.ts";
import { eventFunctionName } from "../model/names.ts";
import { createBucketClient, type BucketClient } from "../runtime/bucket-client.ts";
import { bucketFunction, type BucketHandler } from "../runtime/task-handlers.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";

export interface BucketOptions {
  /** Kept when the app is destroyed. */
  readonly retain?: boolean;
}

export interface NotificationOptions extends FunctionOptions {
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only keys that end so. */
  readonly suffix?: string;
}

/** Objects by key, and handlers that run when they change. */
export interface Bucket extends BucketClient {
  readonly name: string;
  /** Runs after an object was put or deleted. A failure is tried again with growing pauses, then reported. */
  on(change: "put" | "delete", handler: BucketHandler): void;
  on(change: "put" | "delete", options: NotificationOptions, handler: BucketHandler): void;
}

export function addBucket(registry: Registry, name: string, options: BucketOptions): Bucket {
  registry.note(`bucket:${name}`);
  const notifications: BucketNotification[] = [];
  registry.buckets.push({ name, notifications, retain: options.retain ?? false });
  return {
    name,
    ...createBucketClient(name, registry),
    on(change: "put" | "delete", ...given: [BucketHandler] | [NotificationOptions, BucketHandler]) {
      const [options, handler] = withOptions<NotificationOptions, BucketHandler>(given);
      const { prefix, suffix } = options;
      const functionName = eventFunctionName("bucket", name, change, notifications.length);
      notifications.push({
        on: change,
        ...(prefix !== undefined && { prefix }),
        ...(suffix !== undefined && { suffix }),
        function: registry.addFunction(functionName, bucketFunction(handler), options),
      });
    },
  };
}
