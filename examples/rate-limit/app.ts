import { App } from "holdfast";
import { addRateLimiter } from "./index.ts";

const app = new App("patient-chat");
export default app;

const ws = app.websocket();
const messages = addRateLimiter(app, "messages", { times: 5, windowMs: 10_000 });

ws.onMessage(async ({ connectionId, text }) => {
  if (!(await messages.take(connectionId))) return "Slow down: five messages in ten seconds are enough.";
  await ws.broadcast(text, { except: connectionId });
});
