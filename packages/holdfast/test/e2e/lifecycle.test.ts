import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { start } from "../../src/testing/index.ts";

const app = new URL("../apps/lifecycle/app.ts", import.meta.url);

test("onOpen runs once sending works, with what the connect handler attached", async () => {
  await using running = await start(app);
  const client = await running.connect({ query: { name: "Ada" } });
  expect(await client.nextJson()).toEqual({ welcome: "Ada", described: true });
});

test("a connection that is accepted and closed never was one of the app's", async () => {
  await using running = await start(app);
  const client = await running.connect({ query: { name: "taken" } });
  expect(await client.closed).toEqual({ code: 1003, reason: "The name is taken" });
  const later = await running.connect({ query: { name: "Ada" } });
  await later.next();
  await later.close();
  // Of the two only the second is told of: handlers run in the order of the events.
  await running.eventually(async () =>
    expect((await running.rows<{ id: string; name: string }>("log")).map(({ name }) => name)).toEqual([
      "open Ada",
      "disconnect Ada",
    ]),
  );
  expect(client.messages).toEqual([]);
});

test("a connect handler adds headers to the handshake's answer", async () => {
  await using running = await start(app);
  const socket = new WebSocket(`${running.url()}?name=Ada`);
  const headers = await new Promise<Record<string, unknown>>((resolve) =>
    socket.once("upgrade", (response) => resolve(response.headers)),
  );
  expect(headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "x-served-by": "lifecycle" });
  socket.terminate();
});

test("a header that belongs to the handshake, and a code that no frame can carry, fail the handshake", async () => {
  await using running = await start(app);
  for (const name of ["bad-header", "bad-header-value", "bad-code"])
    await expect(running.connect({ query: { name } })).rejects.toThrow(/500/);
  await running.eventually(() =>
    expect(running.logs.filter(({ level }) => level === "error").map(({ fields }) => fields.message)).toEqual(
      [
        expect.stringContaining('its handshake header "Upgrade" cannot be set'),
        expect.stringContaining('its handshake header "X-A" cannot be set'),
        expect.stringContaining("cannot be closed with code 1006"),
      ],
    ),
  );
});
