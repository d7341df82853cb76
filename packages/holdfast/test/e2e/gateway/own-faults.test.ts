import { expect, it } from "vitest";
import type { ConnectionFacts } from "../../../src/model/gateway-event.ts";
import { makeApi, makeRoute, startRig } from "./rig.ts";

/** Throws when a connection is opened. */
const brokenRecords = {
  opened: () => {
    throw new Error("The disk is gone");
  },
  closed: () => {},
};

it.each([
  ["without checks", {}],
  ["with a throttle to ask", { throttling: { ratePerSecond: 1000, burst: 1000 } }],
])(
  "a handshake that the gateway itself fails is answered with 500 and leaves nothing behind, %s",
  async (_, change) => {
    const ids: string[] = [];
    await using rig = await startRig({
      functions: { $connect: () => ({ statusCode: 200 }) },
      api: makeApi([makeRoute("$connect")], change),
      records: {
        ...brokenRecords,
        closed: (connectionId: ConnectionFacts["connectionId"]) => void ids.push(connectionId),
      },
    });
    expect((await rig.refusal()).status).toBe(500);
    expect(rig.events("listener.fault")).toHaveLength(1);
    expect(rig.gateway.stateOf(ids[0] ?? "")).toBe("gone");
    // Nothing is under way any more.
    await rig.gateway.stop(60_000);
    expect(rig.events("gateway.stop-timeout")).toEqual([]);
  },
);
