import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { WebSocketApi } from "../model/app-model.ts";
import type { GatewayObserver } from "../ports/gateway-observer.ts";
import type { Tracer } from "../ports/tracer.ts";
import type { ApiAccess } from "./access/api-access.ts";
import type { IdSource } from "./ids.ts";
import type { InvocationRunner } from "./invocation-runner.ts";
import type { OpenWork } from "./open-work.ts";
import type { RouteTable } from "./route-table.ts";

/** What the parts of one gateway share. */
export interface GatewayContext {
  readonly runner: InvocationRunner;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly work: OpenWork;
  /** Absent where nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** The API as deployed now; ask each time. */
  readonly deployed: () => DeployedApi;
}

export interface DeployedApi {
  readonly api: WebSocketApi;
  readonly routes: RouteTable;
  readonly access: ApiAccess;
  /** Absent when nobody wants to know. */
  readonly observer: GatewayObserver | undefined;
}
