import { App } from "holdfast";

const app = new App("lifecycle");
export default app;

const log = app.table<{ id: string; name: string; at: number }>("log", {
  key: "id",
  sortKey: { name: "at", type: "number" },
});
const ws = app.websocket<{ attributes: { name: string } }>();

const note = async (name: string): Promise<void> => {
  await log.put({ id: "log", at: performance.timeOrigin + performance.now(), name });
};

ws.onConnect(({ query }) => {
  const name = query.get("name") ?? "";
  if (name === "taken") return { close: { code: 1003, reason: "The name is taken" } };
  if (name === "bad-header") return { headers: { Upgrade: "h2c" } };
  if (name === "bad-header-value") return { headers: { "X-A": "a\r\nX-B: b" } };
  if (name === "bad-code") return { close: { code: 1006 } };
  return { attributes: { name }, headers: { "Set-Cookie": ["a=1", "b=2"], "X-Served-By": "lifecycle" } };
});

ws.onOpen(async ({ connectionId, attributes, reply }) => {
  await note(`open ${attributes.name}`);
  const { connectionId: described } = await ws.describe(connectionId);
  await reply({ welcome: attributes.name, described: described === connectionId });
});

ws.onDisconnect(async ({ attributes }) => {
  await note(`disconnect ${attributes.name}`);
});
