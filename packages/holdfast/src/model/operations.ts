/** What can be asked of resources, by kind. Grants name these; those of a resource of the app's own are its own. */
export const operationsByKind = {
  websocket: ["send", "close", "describe", "url", "join", "leave", "members", "sendToRoom", "broadcast"],
  table: ["get", "put", "update", "delete", "query", "scan"],
  bucket: ["get", "put", "delete", "list"],
  topic: ["publish"],
  function: ["call", "send"],
  state: ["get", "set"],
  secret: ["read"],
  static: ["url"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ResourceKind = keyof typeof operationsByKind;
export type OperationOf<Kind extends ResourceKind> = (typeof operationsByKind)[Kind][number];

/** `table:games` in its parts; a path may hold colons. */
export function splitResource(resource: string): { readonly kind: string; readonly name: string } {
  const separator = resource.indexOf(":");
  return separator < 0
    ? { kind: resource, name: "" }
    : { kind: resource.slice(0, separator), name: resource.slice(separator + 1) };
}
