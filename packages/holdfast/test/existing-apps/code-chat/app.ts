import { App, GoneError } from "holdfast";

const app = new App("chat");
export default app;

const connections = app.table<{ connectionId: string }>("connections", { key: "connectionId" });
const ws = app.websocket("chat");

ws.onConnect(async ({ connectionId }) => {
  await connections.put({ connectionId });
});
ws.onDisconnect(async ({ connectionId }) => {
  await connections.delete({ connectionId });
});
ws.on("sendmessage", async ({ body }) => {
  const { data } = body as { data: string };
  for await (const { connectionId } of connections.scan()) {
    await ws.send(connectionId, data).catch(async (error) => {
      if (!(error instanceof GoneError)) throw error;
      await connections.delete({ connectionId });
    });
  }
});
