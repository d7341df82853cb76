import { App, GoneError } from "holdfast";

const app = new App("announcements");
export default app;

const store = app.bucket("connections");
const prefix = "connections/";
const outside = app.topic("announcements");
const ws = app.websocket();

// One handler serves every route; the event says which.
ws.onConnect(serve);
ws.onDisconnect(serve);
ws.onMessage(serve);
ws.on("broadcast", serve);

// What is published to the topic reaches every client as it is.
outside.subscribe(({ text }) => sendToAll(text));

app.static("public");

async function serve({ event, body }: { readonly event: object; readonly body?: unknown }): Promise<void> {
  const { eventType, routeKey, connectionId } = (event as WebSocketEvent).requestContext;
  if (eventType === "CONNECT") await store.put(prefix + connectionId, "");
  else if (eventType === "DISCONNECT") await store.delete(prefix + connectionId);
  else if (routeKey === "broadcast") await broadcast(body as { message?: unknown });
}

interface WebSocketEvent {
  readonly requestContext: {
    readonly eventType: "CONNECT" | "DISCONNECT" | "MESSAGE";
    readonly routeKey: string;
    readonly connectionId: string;
  };
}

async function broadcast({ message }: { readonly message?: unknown }): Promise<void> {
  if (typeof message !== "string") return;
  // With a space after the colon, which JSON.stringify would leave out: clients may compare bytes.
  await sendToAll(`{"message": ${JSON.stringify(message)}}`);
}

async function sendToAll(text: string): Promise<void> {
  const gone: string[] = [];
  for await (const { key } of store.list({ prefix })) {
    try {
      await ws.send(key.slice(prefix.length), text);
    } catch (error) {
      if (error instanceof GoneError) gone.push(key);
      else console.error("Could not send to", key, error); // the others still get theirs
    }
  }
  for (let at = 0; at < gone.length; at += 1000) await store.deleteMany(gone.slice(at, at + 1000));
}
