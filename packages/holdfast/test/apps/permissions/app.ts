import { writeSync } from "node:fs";
import { encodeFrames, encodeMessage } from "../../../src/model/wire/wire-codec.ts";
import { alarms, app, notes, vault } from "./resources.ts";

export default app;

const ws = app.websocket();

/** What became of an attempt, as a client sees it. */
async function outcome(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return "allowed";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
}

const onlyNotes = { grants: { "table:notes": ["get"] } } as const;

// Inferred: what is seen is allowed.
ws.on("seen", () => outcome(async () => [await notes.put({ id: "1" }), await alarms.publish("x")]));
// Inferred through a module that is loaded when it is needed.
ws.on("loaded", () => outcome(async () => (await import("./hidden.ts")).open("1")));

// Said: the code may try what it likes.
ws.on("direct", onlyNotes, () => outcome(() => vault.get({ id: "1" })));
ws.on("other-operation", onlyNotes, () => outcome(() => notes.put({ id: "1" })));
ws.on("granted", onlyNotes, () => outcome(() => notes.get({ id: "1" })));
ws.on("alias", onlyNotes, () => {
  const alias = vault;
  return outcome(() => alias.get({ id: "1" }));
});
ws.on("taken-method", onlyNotes, () => {
  // oxlint-disable-next-line typescript/unbound-method
  const { get } = vault;
  return outcome(() => get({ id: "1" }));
});
ws.on("dynamic-import", onlyNotes, () => outcome(async () => (await import("./hidden.ts")).open("1")));
ws.on("evaluated", onlyNotes, () => {
  Object.assign(globalThis, { vault });
  // oxlint-disable-next-line no-eval, typescript/no-implied-eval
  return outcome(() => (0, eval)("vault.get({ id: '1' })") as Promise<unknown>);
});

// Writes to the host by itself, in the name of an invocation that it guesses.
ws.on("raw-message", { grants: { "table:notes": ["get", "put"] }, isolated: true }, () => {
  const argument = { item: { id: { S: "raw" } } };
  const calls = Array.from({ length: 50 }, (_, invocation) =>
    ["vault", "notes"].map((table, index) =>
      encodeMessage([
        "call",
        1000 + 2 * invocation + index,
        invocation,
        `table:${table}`,
        "put",
        argument,
        0,
      ]),
    ),
  );
  for (const frame of encodeFrames(calls.flat())) writeSync(3, frame);
  // Answered after all of the above.
  return outcome(() => notes.get({ id: "1" }));
});

ws.on("open", () => outcome(() => vault.put({ id: "open" })));
