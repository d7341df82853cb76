import type { Grant } from "../model/app-model.ts";
import type { OperationOf, ResourceKind } from "../model/operations.ts";

/**
 * What a function may do, by resource: `{ "table:games": ["get", "put"], "websocket:chat": ["send"] }`. `"*"` among
 * the operations grants them all. Where the names are made up as the code runs:
 * `[{ resource: "table:" + name, operations: ["get"] }]`.
 */
export type GrantsOption =
  | ({ readonly [Kind in ResourceKind as `${Kind}:${string}`]?: readonly (OperationOf<Kind> | "*")[] } & {
      readonly [resource: `resource:${string}`]: readonly string[];
    })
  | readonly PlainGrant[];

type PlainGrant = Pick<Grant, "resource" | "operations">;

export function toGrants(option: GrantsOption): readonly Grant[] {
  if (isList(option)) return option.map(({ resource, operations }) => ({ resource, operations }));
  return Object.entries<readonly string[] | undefined>(option).flatMap(([resource, operations]) =>
    operations === undefined ? [] : [{ resource, operations }],
  );
}

function isList(option: GrantsOption): option is readonly PlainGrant[] {
  return Array.isArray(option);
}
