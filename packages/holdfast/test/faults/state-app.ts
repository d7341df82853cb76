/** The app of the tests whose disk is full, or whose files are damaged. It answers with what became of each request. */
export const stateApp = `import { App } from "holdfast";
const app = new App("ledger");
export default app;

const rows = app.table("rows", { key: "id" });
const effects = app.table("effects", { key: "id" });
const objects = app.bucket("objects");
const events = app.topic("events");
const ws = app.websocket();
events.subscribe(async ({ body }) => void (await effects.put({ id: body.id })));

const big = "x".repeat(100_000);
const requests = {
  row: (id) => rows.put({ id, text: big }),
  object: (id) => objects.put(id, big),
  event: (id) => events.publish({ id, text: big }),
  read: async (id) => { if ((await rows.get({ id }))?.text !== big) throw new Error("not whole"); },
  readObject: async (id) => { if ((await (await objects.get(id)).text()) !== big) throw new Error("not whole"); },
  effect: async (id) => { if ((await effects.get({ id })) === undefined) throw new Error("none"); },
  all: () => Array.fromAsync(rows.scan()),
};
ws.onMessage(async ({ text }) => {
  const [what, id] = text.split(" ");
  try {
    await requests[what](id);
    return what + " done";
  } catch (error) {
    return what + " " + (error.code ?? error.message);
  }
});
`;
