import { readFile } from "node:fs/promises";
import { start, type TestApp } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { replay } from "../../test/transcript.ts";

const forms = { "with a table": "../app.ts", "with broadcast": "../broadcast.ts" };

test.each(Object.entries(forms))("the relay %s passes messages on, byte for byte", async (_form, file) => {
  await using app = await start(new URL(file, import.meta.url));
  const { expected, received } = await replay(app, new URL("./transcript.txt", import.meta.url));
  expect(received).toEqual(expected);
});

test("the README shows both forms as they are", async () => {
  const [readme, table, broadcast] = await Promise.all(
    ["../README.md", "../app.ts", "../broadcast.ts"].map((file) =>
      readFile(new URL(file, import.meta.url), "utf8"),
    ),
  );
  expect(readme).toContain(handlersOf(table));
  expect(readme).toContain(handlersOf(broadcast));
});

/** What is between the app's declaration and its files. */
function handlersOf(source = ""): string {
  return source.split("export default app;\n\n")[1]?.split("\napp.static")[0] ?? source;
}

describe("the table", () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await start(new URL("../app.ts", import.meta.url));
  });

  afterEach(() => app.stop());

  test("a message reaches every other connection, as raw text, and not its sender", async () => {
    const first = await app.connect();
    const second = await app.connect();
    await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(2));

    first.send("hello");

    expect(await second.next()).toBe("hello");
    expect(second.messages).toEqual(["hello"]);
    expect(first.messages).toEqual([]);
  });

  test("a connection that ends leaves the table", async () => {
    const client = await app.connect();
    await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(1));

    await client.close();

    await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(0));
  });

  test("a row of a connection that is gone is removed at the next message", async () => {
    const lost = await app.connect();
    const [row = {}] = await app.rows("connections");
    await lost.close();
    await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(0));
    await app.table("connections").put(row); // as if its $disconnect had never run

    const sender = await app.connect();
    sender.send("is anybody there?");

    await app.eventually(async () => expect(await app.table("connections").get(row)).toBeUndefined());
  });
});
