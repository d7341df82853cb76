import { App, ConditionFailedError } from "holdfast";
import { renderPage } from "./page.ts";

const app = new App("faces");
export default app;

type Direction = -90 | 0 | 90;

/** A connection's face. It outlives its connection by hours only, whatever becomes of that. */
interface Face {
  scopeID: "connections";
  dataID: string;
  direction: Direction;
  /** Seconds since 1970. */
  ttl: number;
}

type Message =
  | { key: string; action: "connected" }
  | { key: string; action: "rotate"; direction: Direction }
  | { action: "disconnect" };

const scopeID = "connections";
const longestStaySeconds = 3 * 60 * 60;

const data = app.table<Face, "scopeID" | "dataID">("data", { key: "scopeID", sortKey: "dataID", ttl: "ttl" });
const ws = app.websocket<{ messages: Message; routes: "connected" | "rotate" }>();
const files = app.static("public", { path: "/_static", fingerprint: true });

app.http.get("/", async () => {
  const [style, layout, script, face] = await Promise.all([
    files.url("style.css"),
    files.url("faces.css"),
    files.url("faces.js"),
    files.url("face.svg"),
  ]);
  return new Response(renderPage({ style, layout, script, face }), {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
  });
});

// The world, for those who come later.
app.http.get("/connections", async () => {
  const faces = await Array.fromAsync(data.query({ scopeID }));
  const world = faces.map(({ dataID, direction }) => ({ key: dataID, direction }));
  return Response.json(world, { headers: { "cache-control": "no-store" } });
});

ws.onConnect(async ({ connectionId }) => {
  const ttl = Math.floor(Date.now() / 1000) + longestStaySeconds;
  await data.put({ scopeID, dataID: connectionId, direction: 0, ttl });
});

ws.on("connected", { ordered: true }, async ({ connectionId }) => {
  await ws.broadcast({ key: connectionId, action: "connected" });
});

ws.on("rotate", { ordered: true }, async ({ connectionId, body }) => {
  const { direction } = body as { direction?: unknown };
  if (!isDirection(direction)) return;
  try {
    await data.update({ scopeID, dataID: connectionId }, { set: { direction } }, { if: "present" });
  } catch (error) {
    if (error instanceof ConditionFailedError) return; // it has left since
    throw error;
  }
  await ws.broadcast({ key: connectionId, action: "rotate", direction });
});

ws.onDisconnect(async ({ connectionId }) => {
  await data.delete({ scopeID, dataID: connectionId });
  await ws.broadcast({ action: "disconnect" });
});

function isDirection(value: unknown): value is Direction {
  return value === -90 || value === 0 || value === 90;
}
