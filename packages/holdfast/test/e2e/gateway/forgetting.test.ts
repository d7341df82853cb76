import { expect, it } from "vitest";
import { startRig, makeApi, makeRoute } from "./rig.ts";

it("an ended connection is forgotten by the function host, also where there is no $disconnect route", async () => {
  const forgotten: string[] = [];
  await using rig = await startRig({
    functions: {},
    api: makeApi([makeRoute("$default")]),
    invoker: {
      invoke: () => Promise.resolve({ outcome: "returned", payload: null }),
      forget: (connectionId) => void forgotten.push(connectionId),
    },
  });
  const client = await rig.connect();
  client.send("x");
  client.socket.close(1000);
  await expect.poll(() => forgotten).toHaveLength(1);
});
