import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HoldfastError } from "../../src/base/errors.ts";
import { start } from "../../src/testing/index.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const good = `import { App } from "holdfast";
const app = new App("mutant", { port: 3333 });
export default app;
const table = app.table("things", { key: "id", sortKey: "at", ttl: "ttl", indexes: { byAt: { key: "at" } } });
const ws = app.websocket("chat", { path: "/chat/{name}", routeSelectionExpression: "$request.body.action" });
ws.onConnect(() => {});
ws.on("join", { timeoutMs: 100 }, () => "joined");
app.http.get("/things/{id}", () => new Response("x"));
app.static("public");
`;

let folder: string;

beforeAll(async () => {
  folder = await makeFolder({ "public/index.html": "x" });
});

afterAll(() => removeFolder(folder));

/** Cuts, doubles, swaps and replaces pieces of the good app: most results are broken in some new way. */
const mutation = fc.array(
  fc.record({
    at: fc.nat(good.length),
    length: fc.nat(12),
    text: fc.constantFrom(
      "",
      "{",
      "}",
      ")",
      '"',
      "\0",
      "null",
      "-1",
      "1e999",
      "[]",
      "undefined",
      "$",
      "/../",
      "é",
      "throw 1;",
      "\n",
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

const mutate = (edits: readonly { at: number; length: number; text: string }[]): string =>
  edits.reduce(
    (text, { at, length, text: inserted }) => text.slice(0, at) + inserted + text.slice(at + length),
    good,
  );

/** What became of an app: it ran, it was refused as a user's fault with a message, or something that must not be. */
async function judge(file: string): Promise<string> {
  try {
    const app = await start(file);
    await app.stop();
    return "ran";
  } catch (error) {
    if (error instanceof HoldfastError && error.fault === "user" && error.message !== "") return "refused";
    return `fault: ${String(error instanceof Error ? error.stack : error)}`;
  }
}

test(
  "a broken app file, whatever it says, is a user's error or an app that runs: never a crash",
  { timeout: 300_000 },
  async () => {
    const verdicts: string[] = [];
    const file = path.join(folder, "app.ts");
    await fc.assert(
      fc.asyncProperty(mutation, async (edits) => {
        await writeFile(file, mutate(edits));
        const verdict = await judge(file);
        verdicts.push(verdict);
        expect(["ran", "refused"]).toContain(verdict);
      }),
      { numRuns: 80, endOnFailure: true },
    );
    expect(new Set(verdicts)).toEqual(new Set(["ran", "refused"]));
  },
);
