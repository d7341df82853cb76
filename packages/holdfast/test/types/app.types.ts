// Compiled, never run: what must and must not type-check for those who write apps.
import { App, GoneError, type MessageContext, type StandardSchema } from "../../src/app/index.ts";

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
const ws = app.websocket<{ name: string }>();

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
    { if: { at: { lt: 5 } } },
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
