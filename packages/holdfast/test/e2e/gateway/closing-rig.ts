import type { MemoryFunction } from "../../../src/host/memory-invoker.ts";
import type { DisconnectEvent } from "../../../src/model/gateway-event.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

/** A rig that keeps the ids that connected and what `$disconnect` was told. */
export async function startClosingRig(
  functions: Readonly<Record<string, MemoryFunction>> = {},
  options: Partial<RigOptions> = {},
): Promise<Rig & { readonly ids: string[]; readonly disconnects: DisconnectEvent[] }> {
  const ids: string[] = [];
  const disconnects: DisconnectEvent[] = [];
  const rig = await startRig({
    ...options,
    functions: {
      $connect: (event) => {
        if ("connection" in event) ids.push(event.connection.connectionId);
        return { statusCode: 200 };
      },
      $disconnect: (event) => void disconnects.push(event as DisconnectEvent),
      ...functions,
    },
  });
  return Object.assign(rig, { ids, disconnects });
}

export const cause = ({ statusCode, reason }: DisconnectEvent) => ({ statusCode, reason });
