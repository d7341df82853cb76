import { App, GoneError } from "holdfast";

const app = new App("relay");
export default app;

const connections = app.table<{ connectionId: string }>("connections", { key: "connectionId" });
const ws = app.websocket();

ws.onConnect(async ({ connectionId }) => {
  await connections.put({ connectionId });
});

ws.onDisconnect(async ({ connectionId }) => {
  await connections.delete({ connectionId });
});

// Every message goes, as it is, to every other connection.
ws.onMessage(async ({ connectionId, text }) => {
  for await (const other of connections.scan()) {
    if (other.connectionId === connectionId) continue;
    await ws.send(other.connectionId, text).catch(async (error) => {
      if (!(error instanceof GoneError)) throw error;
      await connections.delete(other); // it left without saying so
    });
  }
});

app.static("public");
