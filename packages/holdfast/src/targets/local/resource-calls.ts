import { HoldfastError } from "../../base/errors.ts";
import type { AppModel } from "../../model/app-model.ts";
import { splitResource } from "../../model/operations.ts";
import type { BucketStore } from "../../ports/bucket-store.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Rooms } from "../../ports/rooms.ts";
import type { ResourceCall, ResourceCalls } from "../../ports/resource-calls.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { GrantCheck } from "./grant-check.ts";
import { customOperations } from "./resources/custom.ts";
import { bucketOperations } from "./resources/bucket.ts";
import { functionOperations } from "./resources/function.ts";
import type { Arguments, Operations } from "./resources/operations.ts";
import { stateOperations } from "./resources/state.ts";
import { tableOperations } from "./resources/table.ts";
import { topicOperations } from "./resources/topic.ts";
import { websocketOperations } from "./resources/websocket.ts";
import type { Tasks } from "./tasks.ts";

export interface LocalResources {
  /** What runs now; nothing else can be asked for. */
  readonly model: () => AppModel | undefined;
  readonly tables: TableStore;
  readonly buckets: BucketStore;
  readonly tasks: Tasks;
  readonly websocket: (
    name: string,
  ) => { readonly connections: Connections & Rooms; readonly url: string } | undefined;
  readonly secret: (name: string) => Promise<string>;
  /** The path that a file of the site mounted there is served under. */
  readonly staticUrl: (sitePath: string, file: string) => Promise<string>;
}

type Kind = (name: string, model: AppModel, resources: LocalResources) => Operations | undefined;

/** Kinds of resources, by the word before the colon. Undefined for a name that the app does not declare. */
const kinds: Readonly<Record<string, Kind>> = {
  table: (name, { tables }, resources) =>
    has(tables, name) ? tableOperations(resources.tables, name) : undefined,
  bucket: (name, { buckets }, resources) =>
    has(buckets, name) ? bucketOperations(resources.buckets, name) : undefined,
  topic: (name, { topics }, { tasks }) => (has(topics, name) ? topicOperations(tasks, name) : undefined),
  function: (name, { functions }, { tasks }) =>
    has(functions, name) ? functionOperations(tasks, name) : undefined,
  websocket: (name, _model, resources) => {
    const api = resources.websocket(name);
    return api && websocketOperations(api.connections, api.url);
  },
  state: (name, { states }, resources) => {
    const state = states.find((one) => one.name === name);
    return state && stateOperations(resources.tables, state);
  },
  resource: (name, { resources }, { tasks }) => {
    const resource = resources.find((one) => one.name === name);
    return resource && customOperations(tasks, resource);
  },
  secret: (name, { secrets }, { secret }) => (has(secrets, name) ? { read: () => secret(name) } : undefined),
  static: (path, { staticSites }, { staticUrl }) =>
    staticSites.some((site) => site.path === path)
      ? { url: ({ file }) => staticUrl(path, String(file)) }
      : undefined,
};

/**
 * Carries out resource calls on this machine: tables and buckets in stores, sockets in the gateway. `find` is asked at
 * each call; as long as it finds nothing, calls are refused.
 */
export function createResourceCalls(find: () => LocalResources | undefined): ResourceCalls {
  const grants = new GrantCheck();
  return {
    async call(request) {
      const resources = find();
      const model = resources?.model();
      if (resources === undefined || model === undefined) {
        throw new HoldfastError(
          "RESOURCE_OUTSIDE_HANDLER",
          `${request.resource} was used before the app ran`,
        );
      }
      return callResource(resources, model, grants, request);
    },
  };
}

async function callResource(
  resources: LocalResources,
  model: AppModel,
  grants: GrantCheck,
  { function: caller, resource, operation, argument, trace }: ResourceCall,
): Promise<unknown> {
  const { kind, name } = splitResource(resource);
  const operations = Object.hasOwn(kinds, kind) ? kinds[kind]?.(name, model, resources) : undefined;
  if (operations === undefined) throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no ${resource}`);
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) {
    const known = Object.keys(operations).join(", ");
    throw new HoldfastError("OPERATION_UNKNOWN", `${resource} cannot ${operation}; it can: ${known}`);
  }
  if (caller !== undefined) grants.check(model, caller, resource, operation);
  return run(typeof argument === "object" && argument !== null ? (argument as Arguments) : {}, trace);
}

function has(declared: readonly { readonly name: string }[], name: string): boolean {
  return declared.some((one) => one.name === name);
}
