import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { IdSource } from "../../gateway/ids.ts";
import { joinConnections } from "../../gateway/management/joined-connections.ts";
import {
  createManagementApi,
  defaultManagementBounds,
  type ManagementApi,
  type ManagementBounds,
} from "../../gateway/management/management-api.ts";
import { defaultAccountId } from "../../model/defaults.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import type { JudgeKey } from "../../gateway/management/refusals.ts";
import { createManagementHandler } from "../../gateway/management/management-handler.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Tracer } from "../../ports/tracer.ts";

/** An API whose connections can be reached over HTTP. */
export interface ManagedApi<Door> {
  readonly gateway: Connections & Partial<Pick<Gateway, "observer" | "stateOf">>;
  /** Those of other processes among them; the gateway's own unless given. */
  readonly connections?: Connections;
  readonly apiId: string;
  /** What one message to a connection of its may have. */
  readonly messageBytes: number;
  /** Where its port is. */
  readonly door: Door;
  /** Where it is mounted there: `/dev`, `/chat`. */
  readonly path: string;
  readonly stage: string;
}

export interface LocalManagementOptions {
  readonly region: string;
  /** Whose signatures are taken. */
  readonly signatures: SignatureAccess;
  /** What functions may do; absent: everything. */
  readonly judge?: JudgeKey;
  readonly tracer?: Tracer;
  /** The longest body of a call, whatever messages may have. */
  readonly bodyBytes?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** `@connections` on every port. */
export class LocalManagement<Door> {
  readonly #options: LocalManagementOptions;
  #byApiId: ReadonlyMap<string, ManagementApi> = new Map();
  #byDoor: ReadonlyMap<Door, ManagementApi> = new Map();

  constructor(options: LocalManagementOptions) {
    this.#options = options;
  }

  /** From now on these are reached. */
  deploy(apis: readonly ManagedApi<Door>[]): void {
    this.#byApiId = new Map(apis.map((api) => [api.apiId, this.#create([api])]));
    const byDoor = Map.groupBy(apis, ({ door }) => door);
    this.#byDoor = new Map(Array.from(byDoor, ([door, members]) => [door, this.#create(members)]));
  }

  /** Answers requests of `@connections` on this port, and tells whether a request was one. */
  handler(door: () => Door | undefined): (request: IncomingMessage, response: ServerResponse) => boolean {
    return createManagementHandler((apiId) => {
      const own = door();
      return apiId === undefined ? own && this.#byDoor.get(own) : this.#byApiId.get(apiId);
    });
  }

  /**
   * APIs that share a port share its `/{stage}/@connections`: functions build that address from an event's domain name
   * and stage, which are the same for all of them.
   */
  #create(apis: readonly ManagedApi<Door>[]): ManagementApi {
    const { region, signatures, judge, tracer, clock, log } = this.#options;
    const stages = new Set(apis.flatMap(({ stage, path }) => [stage, path.slice(1)]));
    return createManagementApi({
      connections: joinConnections(apis.map(({ gateway, connections = gateway }) => connections)),
      isConnecting: (id) => apis.some(({ gateway }) => gateway.stateOf?.(id) === "connecting"),
      ownerOf: (id) => {
        const owner = apis.find(({ gateway }) => gateway.stateOf?.(id) === "open") ?? apis[0];
        return owner && { apiId: owner.apiId, observer: owner.gateway.observer };
      },
      apiId: apis[0]?.apiId ?? "",
      region,
      accountId: defaultAccountId,
      stages: () => stages,
      access: signatures,
      ...(judge && { judge }),
      ...(tracer && { tracer }),
      bounds: boundsFor(apis, this.#options.bodyBytes),
      ids: new IdSource(0),
      clock,
      log,
    });
  }
}

/** A body is read before it is known whose it is: the largest message that one of these takes must fit. */
function boundsFor(
  apis: readonly ManagedApi<unknown>[],
  atMost = Number.POSITIVE_INFINITY,
): Partial<ManagementBounds> {
  const bodyBytes = Math.min(atMost, Math.max(...apis.map(({ messageBytes }) => messageBytes)));
  return {
    bodyBytes,
    bodyBytesInFlight: Math.max(bodyBytes, defaultManagementBounds.bodyBytesInFlight),
  };
}
