import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { start } from "../../src/testing/index.ts";
import { removeFolder } from "../support/holdfast.ts";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const guide = fileURLToPath(new URL("../../../../docs/guide/", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await removeFolder(folder);
});

/** The first code block of a page, as an app's file; below the repository, whose packages it may import. */
async function appOfPage(page: string): Promise<string> {
  const text = await readFile(path.join(guide, page), "utf8");
  const code = /^```ts\n(?<code>[\s\S]*?)^```$/m.exec(text)?.groups?.code ?? "";
  const folder = await mkdtemp(path.join(here, ".guide-"));
  folders.push(folder);
  await writeFile(path.join(folder, "app.ts"), code);
  return path.join(folder, "app.ts");
}

test("the app on the page about schemas does what the page says", async () => {
  await using app = await start(await appOfPage("schemas.md"));
  const client = await app.connect();
  client.send({ action: "move", row: 1, column: 2 });
  expect(await client.next()).toBe("Row 1, column 2");
  client.send({ action: "move", row: 3, column: 2 });
  expect(await client.next()).toContain("Bad request body");
  await app.eventually(() =>
    expect(app.logs.at(-1)?.fields.message).toBe(
      'The message to "move" does not fit its schema: row: Too big: expected number to be <=2',
    ),
  );
});

test("the app on the page about rooms does what the page says", async () => {
  await using app = await start(await appOfPage("rooms.md"));
  const [first, second, third] = [await app.connect(), await app.connect(), await app.connect()];
  first.send({ action: "enter", room: "blue" });
  expect(await first.nextJson()).toEqual({ in: "blue", members: 1 });
  second.send({ action: "enter", room: "blue" });
  expect(await second.nextJson()).toEqual({ in: "blue", members: 2 });

  first.send({ action: "say", room: "blue", text: "hello, blue" });
  expect(await second.next()).toBe("hello, blue");
  first.send("hello, all");
  expect([await second.next(), await third.next()]).toEqual(["hello, all", "hello, all"]);
  expect(first.messages).toHaveLength(1);
});

test("the app on the page about resources does what the page says", async () => {
  await using app = await start(await appOfPage("resources.md"));
  const client = await app.connect();
  client.send({ action: "greet" });
  expect(await client.next()).toBe("Hello");
  client.send({ action: "upload", name: "a.png", data: "12345" });
  expect(await client.nextJson({ timeoutMs: 5000 })).toEqual({ key: "raw/a.png", sizeBytes: 5 });
});

test("the app on the page about static files does what the page says", async () => {
  const file = await appOfPage("static-files.md");
  await mkdir(path.join(path.dirname(file), "public"));
  await writeFile(path.join(path.dirname(file), "public/app.js"), "let x;");
  await using app = await start(file);
  const page = await (await app.fetch("/")).text();
  const script = /src="(?<path>\/_static\/app-[0-9a-f]{10}\.js)"/.exec(page)?.groups?.path ?? "";
  const answer = await app.fetch(script);
  expect([await answer.text(), answer.headers.get("cache-control")]).toEqual([
    "let x;",
    "public, max-age=31536000, immutable",
  ]);
  expect((await app.fetch("/_static/app.js")).headers.get("cache-control")).toBe("no-cache");
  expect(await (await app.fetch("/_static/static.json")).json()).toEqual({
    "app.js": script.replace("/_static/", ""),
  });
});
