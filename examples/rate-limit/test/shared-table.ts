import { App } from "holdfast";
import { countInTable, type Count, type RateLimiter } from "holdfast-rate-limit";

// The implementation for servers and AWS, on a laptop.
const app = new App("shared-table");
export default app;

const counts = app.table<Count, "window">("counts", { key: "window", ttl: "expiresAt" });
const limit = app.resource<RateLimiter>("limit", {
  operations: ["take"],
  targets: {
    local: {
      open: () => countInTable(counts, { times: 5, windowMs: 3_600_000 }),
      grants: { "table:counts": ["update"] },
    },
  },
});

app.websocket().onMessage(async () => String(await limit.take("all")));
