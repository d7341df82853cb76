import { operationsByKind, splitResource } from "../../../model/operations.ts";

type Methods = Readonly<Record<string, string>>;

/** Methods whose operation has another name. */
const renamed: Readonly<Record<string, Methods>> = {
  bucket: { deleteMany: "delete" },
  secret: { value: "read" },
};

/** Methods of a WebSocket API that are a room's, and `room` itself. */
const notOfWebSocket: ReadonlySet<string> = new Set(["join", "leave", "members", "sendToRoom"]);
const roomMethods: Methods = { join: "join", leave: "leave", members: "members", send: "sendToRoom" };

/** What every operation on a room may be. */
export const roomOperations: readonly string[] = Object.values(roomMethods);

/** Methods that declare handlers, by the kind of resource. They use nothing. */
const declaring: Readonly<Record<string, readonly string[]>> = {
  websocket: ["on", "onConnect", "onDisconnect", "onMessage", "onOpen"],
  bucket: ["on"],
  topic: ["subscribe"],
};

/** Methods that declare a function, whatever they are called on. */
export const functionDeclaring: ReadonlySet<string> = new Set([
  ...Object.values(declaring).flat(),
  "function",
  "schedule",
  "service",
  "resource",
  // Of `app.http`.
  "get",
  "post",
  "put",
  "patch",
  "delete",
  "options",
  "any",
]);

/** What a method of a resource does: an operation, nothing, a room's making, or what cannot be told. */
export function operationOf(
  resource: string,
  method: string,
): { readonly operation: string } | "none" | "room" | undefined {
  const { kind } = splitResource(resource);
  if (kind === "resource") return { operation: method };
  if (declaring[kind]?.includes(method) === true) return "none";
  if (kind === "websocket" && method === "room") return "room";
  const operation = ownOf(renamed[kind], method) ?? method;
  const known: readonly string[] = ownOf(operationsByKind, kind) ?? [];
  const isMethod = known.includes(operation) && !(kind === "websocket" && notOfWebSocket.has(method));
  // `read` is what a secret's `value` does, not a method.
  return isMethod && !(kind === "secret" && method === "read") ? { operation } : undefined;
}

export function roomOperationOf(method: string): string | undefined {
  return ownOf(roomMethods, method);
}

/** In the order in which they are documented; a resource of the app's own has them in the alphabet's. */
export function sortOperations(resource: string, operations: Iterable<string>): readonly string[] {
  const given = new Set(operations);
  const known: readonly string[] | undefined = ownOf(operationsByKind, splitResource(resource).kind);
  return known === undefined ? [...given].toSorted() : known.filter((operation) => given.has(operation));
}

function ownOf<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
