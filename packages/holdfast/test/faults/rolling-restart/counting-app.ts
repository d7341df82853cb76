/** An app that notes all that happens to its connections, and answers each message once it lies in a table. */
export const countingApp = `
import { randomUUID } from "node:crypto";
import { App } from "holdfast";

const app = new App("counting");
export default app;
const messages = app.table<{ id: string }>("messages", { key: "id" });
const opened = app.table<{ id: string }>("opened", { key: "id" });
const ended = app.table<{ id: string; run: string }>("ended", { key: "id", sortKey: "run" });
const ws = app.websocket();

ws.onConnect(async ({ connectionId }) => {
  await opened.put({ id: connectionId });
});
ws.onDisconnect(async ({ connectionId }) => {
  await ended.put({ id: connectionId, run: randomUUID() });
});
ws.onMessage(async ({ connectionId, text }) => {
  if (text === "who") return ws.send(connectionId, "you " + connectionId);
  if (text.startsWith("to ")) return ws.send(text.split(" ")[1], "from another");
  if (text.startsWith("all ")) {
    const count = await ws.broadcast(text);
    return ws.send(connectionId, "told " + count);
  }
  await messages.put({ id: text });
  // It may have gone meanwhile.
  await ws.send(connectionId, text).catch(() => {});
});

const turns = app.table<{ id: string; at: number; what: string }>("turns", { key: "id" });
app.service("worker", async () => {
  const note = (what: string) => turns.put({ id: randomUUID(), at: Date.now(), what });
  await note("start");
  return () => note("stop");
});

app.http.get("/turns", async () => {
  const found: { at: number; what: string }[] = [];
  for await (const turn of turns.scan()) found.push(turn);
  return Response.json(found.toSorted((a, b) => a.at - b.at).map(({ what }) => what));
});
app.http.get("/messages", async () => Response.json(await all(messages)));
app.http.get("/opened", async () => Response.json(await all(opened)));
app.http.get("/ended", async () => Response.json(await all(ended)));

async function all(table: { scan(): AsyncIterable<{ id: string }> }): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of table.scan()) ids.push(id);
  return ids;
}
`;
