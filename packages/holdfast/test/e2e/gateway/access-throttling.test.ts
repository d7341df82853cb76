import { expect, it } from "vitest";
import { ManualClock } from "../../../src/base/clock.ts";
import { said, startAccessRig } from "./access-rig.ts";
import { eventually, makeApi, makeRoute } from "./rig.ts";

const throttling = { ratePerSecond: 1, burst: 1 };

it("handshakes above $connect's rate get a 429 before anybody is asked", async () => {
  const clock = new ManualClock(1000);
  await using access = await startAccessRig({ connect: { throttling }, clock });
  await access.rig.connect();
  const refusal = await access.rig.refusal();
  expect([refusal.status, refusal.body]).toEqual([429, expect.stringMatching(said("Too Many Requests"))]);
  await access.rig.refusal();
  expect(access.events.map(({ kind }) => kind)).toEqual(["connect"]);
  // The log hears of it once a second.
  expect(access.refusals()).toMatchObject([{ message: expect.stringContaining("1 a second are allowed") }]);
  clock.advance(1000);
  await access.rig.connect();
});

it("so they do in an API without a $connect route, by the API's own rate", async () => {
  await using access = await startAccessRig({ clock: new ManualClock(1000) });
  access.rig.gateway.deploy(makeApi([], { throttling }));
  await access.rig.connect();
  expect((await access.rig.refusal()).status).toBe(429);
});

it("messages above their route's rate are answered with an error, and the connection stays", async () => {
  const clock = new ManualClock(1000);
  await using access = await startAccessRig({
    routes: [
      makeRoute("say", {
        throttling,
        ordered: true,
        integration: { kind: "function", function: "$default", proxy: true },
      }),
    ],
    clock,
  });
  const client = await access.rig.connect();
  const heard = (): unknown[] =>
    access.events.flatMap((event) => (event.kind === "message" ? [event.body] : []));
  for (const n of [1, 2, 3]) client.send({ action: "say", n });
  for (const _ of [2, 3]) expect(await client.next()).toMatch(said("Too Many Requests"));
  client.send("free");
  await eventually(() => heard().length === 2);
  clock.advance(1000);
  client.send({ action: "say", n: 4 });
  await eventually(() => heard().length === 3);
  expect(heard()).toEqual(['{"action":"say","n":1}', "free", '{"action":"say","n":4}']);
  expect(access.rig.events("gateway.throttled")).toMatchObject([
    { level: "warn", fields: { routeKey: "say", hint: expect.stringMatching(/\w/) } },
  ]);
});

it("$disconnect runs whatever the API's rate", async () => {
  await using access = await startAccessRig({ api: { throttling }, clock: new ManualClock(1000) });
  const client = await access.rig.connect();
  client.socket.close(1000);
  await eventually(() => access.events.length === 2);
  expect(access.events.at(-1)?.kind).toBe("disconnect");
});
