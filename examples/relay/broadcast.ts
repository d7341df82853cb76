import { App } from "holdfast";

const app = new App("relay");
export default app;

const ws = app.websocket();

// Every message goes, as it is, to every other connection.
ws.onMessage(async ({ connectionId, text }) => {
  await ws.broadcast(text, { except: connectionId });
});

app.static("public");
