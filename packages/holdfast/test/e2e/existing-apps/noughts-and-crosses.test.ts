import { describe, expect, test } from "vitest";
import { hasBoto3 } from "../../setup/python.ts";
import { runExistingApp, send, type ExistingApp } from "./existing-app.ts";

const forbidden = /^\{"message": "Forbidden", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/;
const serverError = /^\{"message": "Internal server error", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/;

if (!hasBoto3()) console.warn("⚠ python3 has no boto3: handlers in Python are not tested.");

describe.skipIf(!hasBoto3())("noughts and crosses, a CDK app with handlers in Python", () => {
  test("a game is played by the app's synthesized form", async () => {
    const app = await runExistingApp("cdk-noughts-and-crosses", "cdk.out");
    expect(app.ready.functions).toHaveLength(3);
    await playGame(app);
  });
});

/** The wire messages of the original's clients, byte for byte. */
async function playGame(app: ExistingApp): Promise<void> {
  const [x, o] = [await app.connect(), await app.connect()];
  send(x, '{"type":"start"}');
  const init = await x.next(20_000);
  expect(init).toMatch(/^\{"type":"init","id":"[0-9a-f-]{36}"\}$/);
  const { id } = JSON.parse(init) as { id: string };

  send(o, { type: "join", id });
  const joined = `{"type":"join","id":"${id}"}`;
  expect([await x.next(), await o.next()]).toEqual([joined, joined]);

  send(x, { type: "play", tile: "1,1", id });
  expect(await o.next()).toBe(`{"type":"play","id":"${id}","tile":"1,1"}`);
  send(o, { type: "play", tile: "0,2", id });
  expect(await x.next()).toBe(`{"type":"play","id":"${id}","tile":"0,2"}`);

  send(x, { type: "resign", id });
  expect(await x.next()).toMatch(forbidden);
  send(o, { type: "join", id: "no such game" });
  expect(await o.next()).toMatch(serverError);
  expect([x.messages.length, o.messages.length]).toEqual([4, 3]);
}
