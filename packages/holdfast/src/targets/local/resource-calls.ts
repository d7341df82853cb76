import { HoldfastError } from "../../base/errors.ts";
import type { Item } from "../../model/attribute-value.ts";
import type { Condition, QueryRequest, ScanRequest, UpdateAction, Write } from "../../model/table-request.ts";
import type { CloseChoice, Connections } from "../../ports/connections.ts";
import type { ResourceCall, ResourceCalls } from "../../ports/resource-calls.ts";
import type { TableStore } from "../../ports/table-store.ts";

export interface LocalResources {
  /** Declared tables; undefined for others. */
  hasTable(name: string): boolean;
  readonly tables: TableStore;
  /** A WebSocket API by name. */
  websocket(name: string): { readonly connections: Connections; readonly url: string } | undefined;
}

type Arguments = Readonly<Record<string, unknown>>;
type Operation = (argument: Arguments) => Promise<unknown>;

/**
 * Carries out resource calls on this machine: tables in a store, sockets in the gateway. `find` is asked at each call;
 * as long as it finds nothing, calls are refused.
 */
export function createResourceCalls(find: () => LocalResources | undefined): ResourceCalls {
  return {
    async call(request) {
      const resources = find();
      if (resources === undefined) {
        throw new HoldfastError(
          "RESOURCE_OUTSIDE_HANDLER",
          `${request.resource} was used before the app ran`,
        );
      }
      return callResource(resources, request);
    },
  };
}

async function callResource(
  resources: LocalResources,
  { resource, operation, argument }: ResourceCall,
): Promise<unknown> {
  const kinds: Record<string, (name: string) => Record<string, Operation> | undefined> = {
    table: (name) => (resources.hasTable(name) ? tableOperations(resources.tables, name) : undefined),
    websocket: (name) => {
      const api = resources.websocket(name);
      return api && websocketOperations(api.connections, api.url);
    },
  };
  const separator = resource.indexOf(":");
  const kind = resource.slice(0, separator);
  const operations = Object.hasOwn(kinds, kind) ? kinds[kind]?.(resource.slice(separator + 1)) : undefined;
  if (operations === undefined) throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no ${resource}`);
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) {
    const known = Object.keys(operations).join(", ");
    throw new HoldfastError("OPERATION_UNKNOWN", `${resource} cannot ${operation}; it can: ${known}`);
  }
  return run(typeof argument === "object" && argument !== null ? (argument as Arguments) : {});
}

/** The store checks what the values hold; here they only get their names. */
function tableOperations(store: TableStore, table: string): Record<string, Operation> {
  const write = async (one: Write): Promise<Item | undefined> => {
    const [result] = await store.write([one]);
    return one.kind === "delete" ? result?.old : result?.new;
  };
  return {
    get: ({ key }) => store.get(table, key as Item),
    put: ({ item, condition }) =>
      write({ kind: "put", table, item: item as Item, ...optional("condition", condition as Condition) }),
    update: ({ key, actions, condition }) =>
      write({
        kind: "update",
        table,
        key: key as Item,
        actions: actions as UpdateAction[],
        ...optional("condition", condition as Condition),
      }),
    delete: ({ key, condition }) =>
      write({ kind: "delete", table, key: key as Item, ...optional("condition", condition as Condition) }),
    query: (request) => store.query({ ...(request as unknown as QueryRequest), table }),
    scan: (request) => store.scan({ ...(request as unknown as ScanRequest), table }),
  };
}

function websocketOperations(connections: Connections, url: string): Record<string, Operation> {
  return {
    send: ({ connectionId, data }) => connections.send(String(connectionId), String(data)),
    close: ({ connectionId, code, reason }) =>
      connections.close(String(connectionId), toCloseChoice(code, reason)),
    describe: ({ connectionId }) => connections.describe(String(connectionId)),
    url: () => Promise.resolve(url),
  };
}

function toCloseChoice(code: unknown, reason: unknown): CloseChoice | undefined {
  if (code === undefined && reason === undefined) return undefined;
  return { code: Number(code ?? 1000), ...(typeof reason === "string" && { reason }) };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]: Value });
}
