import { App } from "holdfast";

const app = new App("unhandled");
export default app;

const notes = app.table<{ id: string }>("notes", { key: "id" });
app.websocket().onMessage({ grants: { "table:notes": ["get"] } }, () => notes.put({ id: "1" }));
