import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";
import { operationsByKind, splitResource, type ResourceKind } from "./operations.ts";

/** Grants of resources that are not there, and of operations that they do not have. */
export function checkGrants(inventory: Inventory): readonly Finding[] {
  const resources = operationsByResource(inventory);
  return inventory.functions.flatMap((one) =>
    one.value.grants.flatMap(({ resource, operations }): readonly Finding[] => {
      // Of other kinds, and of `*`, those judge who know them.
      if (!isKnownKind(splitResource(resource).kind)) return [];
      const known = resources.get(resource);
      if (known === undefined)
        return [
          errorAbout(
            one,
            "REFERENCE_UNKNOWN",
            `${one.title} refers to the resource "${resource}", which is not declared`,
          ),
        ];
      return operations
        .filter((operation) => operation !== "*" && !known.includes(operation))
        .map((operation) =>
          errorAbout(
            one,
            "OPERATION_UNKNOWN",
            `The grants of ${one.title} say "${operation}", and ${resource} cannot do that; it can: ${known.join(", ")}`,
          ),
        );
    }),
  );
}

function operationsByResource(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const { webSocketApis, tables, buckets, topics, functions, states, secrets, staticSites, resources } =
    inventory;
  const named: Readonly<
    Record<Exclude<ResourceKind, "static">, readonly Located<{ readonly name: string }>[]>
  > = {
    websocket: webSocketApis,
    table: tables,
    bucket: buckets,
    topic: topics,
    function: functions,
    state: states,
    secret: secrets,
  };
  return new Map<string, readonly string[]>([
    ...Object.entries(named).flatMap(([kind, all]) =>
      all.map(({ value }) => [`${kind}:${value.name}`, operationsByKind[kind as ResourceKind]] as const),
    ),
    ...staticSites.map(({ value }) => [`static:${value.path}`, operationsByKind.static] as const),
    ...resources.map(({ value }) => [`resource:${value.name}`, value.operations] as const),
  ]);
}

function isKnownKind(kind: string): boolean {
  return kind === "resource" || Object.hasOwn(operationsByKind, kind);
}
