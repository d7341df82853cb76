// Compiled, never run: what must and must not type-check for those who write apps.
import {
  App,
  GoneError,
  UnauthorizedError,
  type MessageContext,
  type StandardSchema,
} from "../../src/app/index.ts";

interface Game {
  id: string;
  at: number;
  players: Set<string>;
  note?: string;
}

const app = new App("types");
const games = app.table<Game, "id">("games", {
  key: "id",
  ttl: "at",
  indexes: { byNote: { key: "note", sortKey: { name: "at", type: "number" } } },
});
const loose = app.table<Game>("loose", { key: "id" });
const ws = app.websocket<{ attributes: { name: string } }>();

// @ts-expect-error the key must be an attribute of the item
app.table<Game>("wrong", { key: "identity" });
// @ts-expect-error so must the attribute of expiry
app.table<Game>("wrong", { key: "id", ttl: "expires" });

export async function tables(): Promise<void> {
  const game = await games.get({ id: "1" });
  const at: number | undefined = game?.at;
  await games.put({ id: "1", at: at ?? 0, players: new Set(["a"]) }, { if: "absent" });
  await games.update(
    { id: "1" },
    { set: { at: 1 }, add: { at: 1, players: new Set(["b"]) }, remove: ["note"] },
    { if: { at: { lt: 5 }, players: new Set(["a", "b"]) } },
  );
  await games.delete(await games.update({ id: "1" }, { set: { at: 2 } }));
  for await (const one of games.query(
    { note: "n", at: { between: [1, 2] } },
    { index: "byNote", descending: true },
  ))
    one.players.has("a");
  await loose.get({ id: "1" });

  // @ts-expect-error the wrong key
  await games.get({ key: "1" });
  // @ts-expect-error the key's wrong type
  await games.get({ id: 1 });
  // @ts-expect-error a missing field
  await games.put({ id: "1" });
  // @ts-expect-error a condition on what an item does not have
  await games.put({ id: "1", at: 0, players: new Set() }, { if: { version: 3 } });
  // @ts-expect-error text cannot be added to
  await games.update({ id: "1" }, { add: { note: "x" } });
  // @ts-expect-error the wrong key, where the key's names are not given
  await loose.get({ key: "1" });
}

ws.onConnect(({ query, protocols, connectionId }) => {
  if (query.get("name") === null) return { status: 401, body: connectionId };
  const [protocol = ""] = protocols;
  return { attributes: { name: "Ann" }, protocol };
});
// @ts-expect-error attributes of another shape than the API's
ws.onConnect(() => ({ attributes: { age: 3 } }));
// @ts-expect-error a status is a number
ws.onConnect(() => ({ status: "401" }));
// @ts-expect-error there is no message yet
ws.onConnect(({ text }) => void text);

ws.on(
  "move",
  { ordered: true },
  async ({ attributes, reply, text, body }: MessageContext<{ name: string }>) => {
    const name: string = attributes.name;
    await reply({ name, text, body });
    await ws.send("id", { any: "thing" }).catch((error: unknown) => {
      if (!(error instanceof GoneError)) throw error;
      return error.connectionId;
    });
    await ws.close("id", { code: 4000, reason: "bye" });
    return { name };
  },
);
// @ts-expect-error no such option
ws.on("move", { orderd: true }, () => {});
const moveSchema: StandardSchema<unknown, { tile: string }> = {
  "~standard": { version: 1, vendor: "types", validate: () => ({ value: { tile: "0,0" } }) },
};
ws.on("typed", { body: moveSchema }, ({ body, attributes }) => body.tile + attributes.name);
// @ts-expect-error the schema's output has no such member
ws.on("typed", { body: moveSchema }, ({ body }) => body.row);
ws.onDisconnect(({ code, reason, attributes }) => {
  const text: string = `${code} ${reason} ${attributes.name}`;
  return text;
});

app.http.get("/games/{id}", async (_request, { params }) =>
  Response.json(await games.get({ id: params.id ?? "" })),
);
// @ts-expect-error a Response is what a handler returns
app.http.get("/games", () => ({ status: 200 }));

const gameSchema: StandardSchema<{ ok: boolean }> = {
  "~standard": { version: 1, vendor: "types", validate: () => ({ value: { ok: true } }) },
};
ws.on("replying", { body: moveSchema, reply: gameSchema }, ({ body }) => ({ ok: body.tile === "0,0" }));
ws.on("replying", { body: moveSchema, reply: gameSchema }, async () => ({ ok: true }));
// @ts-expect-error the reply does not fit its schema
ws.on("replying", { body: moveSchema, reply: gameSchema }, () => ({ ok: "yes" }));
// @ts-expect-error there is none
ws.on("replying", { body: moveSchema, reply: gameSchema }, () => {});

type ServerMessage = { type: "moved"; tile: string } | { type: "said"; text: string };
const typed = app.websocket<{
  messages: ServerMessage;
  rooms: "lobby" | `game-${string}`;
  routes: "move" | "say";
}>("typed");

typed.on("move", async ({ connectionId, reply }) => {
  await reply({ type: "moved", tile: "1,1" });
  await typed.room("game-7").send({ type: "moved", tile: "1,1" }, { except: connectionId });
  await typed.broadcast({ type: "said", text: "hello" });
  // @ts-expect-error no such message
  await reply({ type: "moved", text: "hello" });
  // @ts-expect-error no such message
  await typed.send(connectionId, "hello");
  // @ts-expect-error no such message
  await typed.room("lobby").send({ type: "moved" });
  // @ts-expect-error a room misspelt
  typed.room("loby");
});
typed.onOpen(async ({ reply }) => {
  await reply({ type: "said", text: "welcome" });
  // @ts-expect-error no such message
  await reply({ type: "welcome" });
});
// @ts-expect-error a route misspelt
typed.on("mvoe", () => {});
// @ts-expect-error API Gateway's own routes have methods
ws.on("$conect", () => {});
// @ts-expect-error so has this one
ws.on("$connect", () => {});

ws.onConnect(() => ({ close: { code: 4000, reason: "full" }, headers: { "Set-Cookie": ["a=1", "b=2"] } }));
// @ts-expect-error a close has a code
ws.onConnect(() => ({ close: { reason: "full" } }));

ws.on("granted", { grants: { "table:games": ["get"], "resource:limit": ["take"] } }, () => {});
ws.on("granted", { grants: [{ resource: `table:${games.name}`, operations: ["get"] }] }, () => {});
// @ts-expect-error a table cannot publish
ws.on("granted", { grants: { "table:games": ["publish"] } }, () => {});
// @ts-expect-error no such kind of resource
ws.on("granted", { grants: { "tabel:games": ["get"] } }, () => {});

interface Clock {
  now(zone: string): Promise<string>;
  readonly zones: readonly string[];
}
const clock = app.resource<Clock>("clock", {
  operations: ["now"],
  targets: { local: { open: () => ({ now: async () => "12:00", zones: [] }) } },
});
void clock.now("UTC");
app.resource<Clock>("clock", {
  // @ts-expect-error no asynchronous method
  operations: ["zones"],
  targets: {},
});
app.resource<Clock>("clock", {
  operations: ["now"],
  // @ts-expect-error the implementation lacks a method
  targets: { local: { open: () => ({ zones: [] }) } },
});

const double = app.function("double", (input: { n: number }) => input.n * 2);
void double.call({ n: 1 }).then((result: number) => result);
// @ts-expect-error another input
void double.call({ m: 1 });
const settings = app.state("settings", { greeting: "Hello" });
// @ts-expect-error another value
void settings.set({ greting: "Hi" });
app.service(() => () => {});
// @ts-expect-error a stopper is a function
app.service(() => 5);

const guarded = app.websocket<{ authorizer: { user: string } }>("guarded");
guarded.authorize({ identitySources: ["route.request.header.Auth"] }, async ({ headers, query }) => {
  if (headers.has("auth")) throw new UnauthorizedError();
  return query.has("user") && { allow: true, principalId: "ann", context: { user: 7 } };
});
guarded.authorize(() => true);
// @ts-expect-error the context must be what the API's types say
guarded.authorize(() => ({ allow: true, context: { name: "Ann" } }));
// @ts-expect-error a context holds no objects
guarded.authorize(() => ({ allow: true, context: { user: {} } }));
// @ts-expect-error an answer is needed
guarded.authorize(() => ({ principalId: "ann" }));
// @ts-expect-error there are no attributes before there is a connection
guarded.authorize(({ attributes }) => attributes === undefined);
guarded.onConnect({ apiKey: true, throttling: { ratePerSecond: 1, burst: 1 } }, ({ authorizer }) => {
  const user: string = authorizer.user;
  return { body: user };
});
guarded.onMessage(({ authorizer }) => {
  const principal: string | undefined = authorizer.principalId;
  return principal;
});
// @ts-expect-error what the authorizer does not give
guarded.onDisconnect(({ authorizer }) => authorizer.name);
ws.onMessage(({ authorizer }) => {
  const anything: string | undefined = authorizer.anything;
  return anything;
});

const plan = app.usagePlan("basic", { quota: { requests: 10, period: "week" } });
app.apiKey("partner", { secret: app.secret("PARTNER_KEY"), plan });
app.apiKey("example", { value: "not-a-secret", enabled: false });
// @ts-expect-error a key has a value
app.apiKey("none", { plan });
// @ts-expect-error there is no quota a year
app.usagePlan("yearly", { quota: { requests: 10, period: "year" } });
