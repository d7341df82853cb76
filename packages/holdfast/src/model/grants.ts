import type { Grant } from "./app-model.ts";

/** Whether one of the grants allows this operation on this resource. `*` stands for every resource, or every operation. */
export function isGranted(grants: readonly Grant[], resource: string, operation: string): boolean {
  return grants.some(
    (grant) =>
      (grant.resource === resource || grant.resource === "*") &&
      (grant.operations.includes(operation) || grant.operations.includes("*")),
  );
}
