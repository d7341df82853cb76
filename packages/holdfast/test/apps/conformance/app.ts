import { App, GoneError, UnauthorizedError } from "holdfast";

/** What the suite in `test/conformance` runs against. `stack.yaml` there is the same app for AWS; keep them alike. */
const app = new App("conformance");
export default app;

// Events that cannot be answered to the client are kept, for it to ask for later.
const kept = app.table<{ name: string; text: string }>("kept", { key: "name" });

async function keep(connectionId: string, kind: string, event: object): Promise<void> {
  await kept.put({ name: `${connectionId} ${kind}`, text: JSON.stringify(event) });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A text or number of the message; empty when there is none. */
function field(body: unknown, name: string): string {
  const value = (body as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

// An API that lets in whoever does not ask to be refused.
const open = app.websocket("open");

open.onConnect(async ({ connectionId, query, event }) => {
  await keep(connectionId, "connect", event);
  if (query.has("throw")) throw new Error("as asked");
  if (query.has("post")) return { status: 403, body: await post(connectionId) };
  if (query.has("status"))
    return { status: Number(query.get("status")), body: query.get("body") ?? connectionId };
  const protocol = query.get("protocol");
  return protocol === null ? undefined : { protocol };
});

/** What comes of a post to a connection that is not there yet. */
async function post(connectionId: string): Promise<string> {
  try {
    await open.send(connectionId, "early");
    return "posted";
  } catch (error) {
    return error instanceof GoneError ? "gone" : String(error);
  }
}

open.onDisconnect(({ connectionId, event }) => keep(connectionId, "disconnect", event));

open.onMessage(({ event }) => event);

open.on("event", ({ event }) => event);

open.on("kept", async ({ body }) => (await kept.get({ name: field(body, "name") }))?.text ?? "nothing");

open.on("reply", ({ body }) => field(body, "text"));

open.on("long", ({ body }) => "é".repeat(Number(field(body, "characters"))));

open.on("nothing", () => {});

open.on("throw", async ({ connectionId, event }) => {
  await keep(connectionId, "throw", event);
  throw new Error("as asked");
});

// Answers once another message has said `release`: never, if messages of a connection took turns.
open.on("wait", async ({ connectionId }) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await kept.get({ name: `${connectionId} release` })) !== undefined) return "released";
    await pause(50);
  }
  return "waited in vain";
});

open.on("release", ({ connectionId, event }) => keep(connectionId, "release", event));

// An API with an authorizer and a stage variable, and without a $default route.
const authorized = app.websocket("authorized", { stageVariables: { phase: "one" } });

authorized.authorize(
  { identitySources: ["route.request.header.Authorization", "route.request.querystring.token"] },
  async ({ connectionId, query, event }) => {
    await keep(connectionId, "authorize", event);
    const token = query.get("token");
    if (token === "unauthorized") throw new UnauthorizedError();
    if (token === "broken") throw new Error("as asked");
    if (token === "denied") return { allow: false };
    return {
      allow: true,
      principalId: "someone",
      context: { text: "value", number: 7, yes: true, no: false, empty: "", nothing: null } as never,
    };
  },
);

authorized.onConnect(({ connectionId, event }) => keep(connectionId, "connect", event));

authorized.onDisconnect(({ connectionId, event }) => keep(connectionId, "disconnect", event));

authorized.on("event", ({ event }) => event);
