export const kinds = ["row", "object", "event", "call"] as const;

/** What a write of this number holds: of many lengths, and told from any other. */
export function textOf(n: string): string {
  return n.repeat(1 + (Number(n) % 400));
}

/**
 * The app of the test that kills it. Each request `<what> <n>` writes, and is answered `<what> <n>` once the write is
 * acknowledged; what follows from the write ends as a row of `effects`.
 */
export const ledgerApp = `import { App } from "holdfast";
const app = new App("ledger");
export default app;

const rows = app.table("rows", { key: "id" });
const effects = app.table("effects", { key: "id" });
const online = app.table("online", { key: "connectionId" });
const objects = app.bucket("objects");
const events = app.topic("events");
const ws = app.websocket();

const textOf = ${textOf.toString()};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// In its own time, so that there are always some that were acknowledged and have yet to have their effect.
const follow = async (id) => {
  await pause(30);
  await effects.put({ id });
};
const later = app.function("later", ({ n }) => follow("call " + n));
events.subscribe(({ text }) => follow("event " + text));
objects.on("put", ({ key }) => follow("object " + key));

const writes = {
  row: (n) => rows.put({ id: n, text: textOf(n) }),
  object: (n) => objects.put(n, textOf(n)),
  event: (n) => events.publish(n),
  call: (n) => later.send({ n }),
};

ws.onConnect(async ({ connectionId, query }) => void (await online.put({ connectionId, round: query.get("round") })));
ws.onDisconnect(async ({ connectionId }) => {
  await pause(100);
  await online.delete({ connectionId });
});
ws.on("online", async () => {
  const all = await Array.fromAsync(online.scan());
  return { rounds: [...new Set(all.map(({ round }) => round))] };
});
ws.onMessage(async ({ text }) => {
  const [what, n] = text.split(" ");
  await writes[what](n);
  return text;
});
`;
