import type { AccessOptions } from "../../../src/gateway/access/connect-access.ts";
import type { Clock } from "../../../src/base/clock.ts";
import type { MemoryFunction } from "../../../src/host/memory-invoker.ts";
import type { Route, WebSocketApi } from "../../../src/model/app-model.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import type { ConnectionRecords } from "../../../src/ports/connection-records.ts";
import { makeApi, makeRoute, startRig, type Rig } from "./rig.ts";

/** Of the rig's API in region and account of their defaults. */
export const methodArn = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3/dev/$connect";

export interface AccessRigOptions {
  readonly connect?: Partial<Route>;
  readonly api?: Partial<WebSocketApi>;
  readonly routes?: readonly Route[];
  /** What the function `authorizer` does. */
  readonly authorize?: MemoryFunction;
  readonly access?: AccessOptions;
  readonly clock?: Clock;
  readonly records?: ConnectionRecords;
}

export interface AccessRig extends AsyncDisposable {
  readonly rig: Rig;
  /** What functions were given, oldest first. */
  readonly events: readonly InvocationEvent[];
  /** Why clients were refused, and what the log advises. */
  refusals(): readonly { readonly level: string; readonly message: string; readonly hint: unknown }[];
}

/** A gateway whose `$connect` asks who its clients are. It has `$connect`, `$default` and `$disconnect`. */
export async function startAccessRig(options: AccessRigOptions = {}): Promise<AccessRig> {
  const events: InvocationEvent[] = [];
  const note: MemoryFunction = (event) => (events.push(event), { statusCode: 200 });
  const { authorize = () => null, clock, access, records } = options;
  const rig = await startRig({
    functions: {
      $connect: note,
      $default: note,
      $disconnect: note,
      authorizer: (event) => (events.push(event), authorize(event)),
    },
    api: makeApi(
      [
        makeRoute("$connect", options.connect),
        makeRoute("$default"),
        makeRoute("$disconnect"),
        ...(options.routes ?? []),
      ],
      options.api,
    ),
    ...(clock && { clock }),
    ...(access && { access }),
    ...(records && { records }),
  });
  return {
    rig,
    events,
    refusals: () =>
      rig.events("gateway.access-refused").map(({ level, fields }) => ({
        level,
        message: String(fields.message),
        hint: fields.hint,
      })),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

/** A body in the gateway's own words, exactly. */
export function said(message: string): RegExp {
  const text = JSON.stringify(message).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\{"message": ${text}, "connectionId":"[\\w-]{18}==", "requestId":"[\\w-]{15}="\\}$`);
}
